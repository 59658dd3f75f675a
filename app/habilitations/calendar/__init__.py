"""What happens to rights as time passes, every night and every morning.

- ``reminders``: advance notices by e-mail: the end of a right, the suspension of a dormant account, the deadline of a review.
"""
