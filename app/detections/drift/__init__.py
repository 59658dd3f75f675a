"""What watches the model: drift, and challengers in the shadow.

- ``alarms``: what the data scientists are told of a run: a drift holds its list back, or it stopped.
- ``panels``: what the page of a model shows of drift and of challengers.
"""
