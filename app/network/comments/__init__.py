"""Comments: who reads them, and what their authors do of them.

- ``mentions``: those whom a text names, among its readers only.
- ``readers``: who would read a text about a firm, before it is written.
"""
