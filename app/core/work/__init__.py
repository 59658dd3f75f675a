"""Work outside requests: tasks, the clock that asks for them, events between domains.

- ``clock``: the clock: one process that decides *when* and defers tasks; the queue guarantees *once*.
- ``events``: events between domains: the one that acts must not know who listens.
- ``apart``: what only the data-science package can tell, asked by a page: a process of its own answers, and the web stays light.
- ``tasks``: the tasks that Vigie may ask of a worker, by name.
"""
