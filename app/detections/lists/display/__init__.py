"""What each agent has the list show: its columns, and how dense it is.

- ``columns``: the columns that may be chosen, and the choice of whoever chose nothing.
"""
