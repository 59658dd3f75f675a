"""From the lake to the portal's tables.

- ``extracts``: from the lake to what the portal shows: one CSV a table, as PostgreSQL reads it.
- ``portal_tables``: the portal's copy of what the lake says, replaced in the transaction that publishes a batch.
- ``publish``: making a batch the one that is read, or no more: the database commits, the lake follows.
"""
