"""Comments: who reads them, and what their authors do of them.

- ``readers``: who would read a text about a firm, before it is written.
"""
