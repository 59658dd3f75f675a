"""Monitoring of the model: drift, and challengers scoring in the shadow.

- ``alarms``: notify the data scientists about a run: a drift holds its list back, or the level of failures moved.
- ``panels``: drift and challengers, on the page of a model.
"""
