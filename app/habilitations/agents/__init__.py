"""The accounts of agents: list, roles, opening and closing, files.

- ``file_import``: agents by file: accounts without a passphrase, and requests that somebody else must still validate.
- ``file_lines``: from a file that somebody sends to lines of named cells: CSV (« , » or « ; », UTF-8 or cp1252) or XLSX, and nothing else.
- ``line_entries``: what the cells of a line say of an agent and of the rights they need; what is wrong is told by column.
"""
