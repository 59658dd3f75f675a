"""Work outside requests: tasks, the clock that schedules them, events between domains.

- ``clock``: the clock: one process that decides *when* and defers tasks; the queue guarantees *once*.
- ``events``: events between domains: the domain that acts must not know who listens.
- ``apart``: questions that only the data-science package can answer, asked by pages: a separate process answers, so the web stays light.
- ``tasks``: the tasks that Vigie may defer to a worker, by name.
"""
