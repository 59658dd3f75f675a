"""What time does to rights, every night and every morning.

- ``reminders``: what people are told before it happens: the end of a right, the sleep of an account, the date of a review.
"""
