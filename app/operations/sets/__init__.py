"""A backup on a disk: what it holds, how it is sealed, where it is kept, how long.

- ``keys``: the key that opens backups, and what tells, without showing them, whether the other keys of an instance are the right ones.
- ``sealed``: encrypting and opening a part, as it flows: the format of age (C2SP), by its library.
- ``manifest``: what a backup says of itself, sealed with its key: digests of its parts, rows of each table, rules of the database.
- ``contents``: what a database holds, for a role that sees everything: rows of each table, rules of access.
- ``programs``: PostgreSQL's own programs, pg_dump and pg_restore, fed and read as streams.
- ``tree``: the files of an instance as a tar that flows.
- ``store``: where backups are kept: the interface of a provider, and the folder, the one that Vigie comes with.
- ``retention``: which backups stay: so many days, weeks and months.
- ``verifying``: whether a backup is whole and is what its key sealed; read before anything is written or removed.
"""
