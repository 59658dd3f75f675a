"""From the lake to the portal's tables.

- ``extracts``: from the lake to what the portal shows: one CSV per table, as PostgreSQL reads it.
- ``portal_tables``: the portal's copy of the lake, replaced in the transaction that publishes a batch.
- ``publish``: publish or withdraw a batch: the database commits, the lake follows.
"""
