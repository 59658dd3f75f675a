"""Runs of the detection, from start to published list.

- ``panels``: what the page of the model shows of runs.
- ``pipeline``: A run from its first unfinished step to its end: killed anywhere and started again, it finishes once.
- ``progress``: the states of a run and of its steps, each written in the transaction of what it tells.
"""
