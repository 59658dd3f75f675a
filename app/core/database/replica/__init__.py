"""The streaming replica of the database, where there is one: which pages are read from it, and when it is not to be read.

- ``following``: how far the replica is behind the primary; one that is away, late or of another instance is not read.
- ``pages``: the views that may be read from it, declared where they are, and who must not be sent there.
- ``reading``: the transaction of a request, moved to it.
"""
