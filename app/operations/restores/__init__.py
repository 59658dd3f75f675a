"""Restoring a backup into an empty place, and trying what was restored.

- ``places``: where a restore may write: an empty place, marked until the end; what an unfinished one left is removed.
- ``loading``: from a backup that was verified to a database and files.
- ``opening``: opening what was restored: tried, brought to the last migration, its sessions closed, the restore journaled.
- ``trials``: whether what was restored is what was backed up, and serves: rows, rules, journal, a sign-in, a page.
"""
