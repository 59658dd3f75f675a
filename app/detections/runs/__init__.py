"""Runs of the detection, from start to published list.

- ``panels``: the runs, on the page of the model.
- ``pipeline``: a run from its first unfinished step to its end: killed anywhere and restarted, it finishes exactly once.
- ``progress``: the states of a run and of its steps, each written in the transaction of the work it reports.
"""
