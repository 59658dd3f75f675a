"""The accounts of agents: list, opening and closing, files.

- ``file_import``: importing agents from a file: accounts without a passphrase, and requests that somebody else must still validate.
- ``line_entries``: from the cells of a line to an agent and the rights they need; errors are reported by column.
"""
