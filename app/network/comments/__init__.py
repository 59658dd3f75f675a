"""Comments: who reads them, and what their authors do of them.

- ``mentions``: those whom a text names, among its readers only.
- ``panels``: what the panel of comments needs, on the page of a firm or of an accompagnement.
- ``readers``: who would read a text about a firm, before it is written.
"""
