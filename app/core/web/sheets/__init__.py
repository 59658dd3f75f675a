"""Files of lines that people send: tables saved by a spreadsheet, read cell by cell.

- ``lines``: from an uploaded file to lines of named cells: CSV (comma or semicolon, UTF-8 or cp1252) or XLSX, and nothing else.
"""
