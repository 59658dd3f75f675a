"""Who is told of what, the bell's page and the morning digest.

- ``digest``: the morning e-mail: one a day at most, never empty, and no firm is named in it.
- ``recipients``: who is to be told of an event, and why.
"""
