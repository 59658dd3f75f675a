"""Upgrading an instance to the version on the disk: closed, backed up, migrated in one transaction, tried, opened; or put back as it was.

- ``planning``: what an upgrade would do, and what stands against it: read before anything is touched, and shown alone when asked.
- ``writers``: those who were writing: tasks in progress end, then every transaction does, then nobody writes.
- ``migrating``: the waiting migrations in one transaction, looked at before it is committed.
- ``trying``: what was migrated, tried before anybody enters.
- ``backing_out``: the backup of before put back in the place of what was migrated.
- ``running``: an upgrade from one end to the other, or from where a killed one was.
"""
