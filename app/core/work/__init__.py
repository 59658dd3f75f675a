"""Work outside requests: tasks, the clock that asks for them, events between domains.

- ``clock``: the clock: one process that decides *when* and defers tasks; the queue guarantees *once*.
- ``events``: events between domains: the one that acts must not know who listens.
"""
