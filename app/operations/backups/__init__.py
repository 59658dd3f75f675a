"""Making a backup: one moment of the database and of the files, encrypted as it is read, verified before an older one is removed.

- ``moment``: one moment of the database and of the files, held while they are copied.
- ``making``: from that moment to a backup that is whole; the older ones that are not kept any more are removed last.
"""
