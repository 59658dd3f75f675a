"""What is missing or unsafe in an instance, said before it starts: each check is a function that yields findings.

- ``every``: all of them, in order.
- ``findings``: what a check says, and how grave it is.
- ``machine``: the place of the instance, its disk, its backups, its keys.
- ``server``: its PostgreSQL: durable, in the right letters, at the right hour, without a way around row-level security.
- ``neighbours``: the servers it talks to, SMTP, ProConnect, the store of its lake.
- ``people``: whether there is somebody to give rights, to watch, to answer.
- ``running``: whether the background processes run.
"""
