"""Files that people send: what they are is told by their content, and what they hold is read with care.

- ``lines``: from an uploaded table to lines of named cells: CSV (comma or semicolon, UTF-8 or cp1252) or XLSX, and nothing else.
- ``office_documents``: what an office document (OOXML) may contain: text and figures, no active content, external link or zip bomb.
- ``uploads``: uploaded files: limited in size, and identified by their content.
"""
