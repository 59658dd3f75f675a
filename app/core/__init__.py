"""Framework glue that knows no domain.

- ``errors``: errors of the domain: services and queries raise them, the web turns them into answers.
- ``journal``: the journal: who did or read what.
- ``logging``: structured logs: one line of JSON per event in production, readable lines otherwise; never a text of an agent.
- ``now``: what time it is, in one place: commands that rebuild a history say when each act took place.
- ``slots``: what an upper domain gives to a lower one: typed places, filled while the application is built.
"""
