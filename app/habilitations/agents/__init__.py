"""The accounts of agents: list, opening and closing, files.

- ``file_import``: importing agents from a file: accounts without a passphrase, and requests that somebody else must still validate.
- ``file_lines``: from an uploaded file to lines of named cells: CSV (comma or semicolon, UTF-8 or cp1252) or XLSX, and nothing else.
- ``line_entries``: from the cells of a line to an agent and the rights they need; errors are reported by column.
"""
