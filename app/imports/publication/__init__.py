"""From the lake to the portal's tables.

- ``compared``: what of the firms and establishments differs from what the portal holds: only that is sent to its database.
- ``extracts``: from the lake to what the portal shows: one CSV per table, as PostgreSQL reads it.
- ``known``: what the portal holds of firms and establishments, written for whoever compares it with the lake.
- ``place``: where the lake is: under the home of the instance, or in a store that its hosts share.
- ``portal_tables``: the portal's copy of the lake, replaced in the transaction that publishes a batch.
- ``terms``: what several statements of the extracts say alike.
- ``publish``: publish or withdraw a batch: the database commits, the lake follows.
"""
