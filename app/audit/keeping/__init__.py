"""Keeping the journal: months, seals, chain, purge.

- ``chain``: verify the journal: each line follows the previous one, the last is the head, and the lines match their seals.
- ``sources``: the two places that keep the seals, and every way in which they disagree.
- ``clock``: the clock that the lines tell of: forward, unless the server's went back.
- ``seals``: daily seals: the state of the journal at the end of each day, kept outside the database, signed with a key it does not hold.
"""
