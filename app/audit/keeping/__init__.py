"""The journal kept: months, seals, chain, purge.

- ``chain``: verifying the journal: each line follows the one before, the last is the head's, and each is what its seal says.
- ``seals``: seals: what the journal was at the end of each day, signed with a key that no database holds, kept outside the database.
"""
