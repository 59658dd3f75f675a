"""What fictitious people do besides the follow-up that is simulated.

- ``last_list``: firms put on lists, alerts answered, firms given to a colleague, subscriptions.
"""
