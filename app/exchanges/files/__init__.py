"""Accompagnements taken out in a file, with their identifiers.

- ``columns``: what the file says of an accompagnement, and which of it may come back.
- ``exporting``: the file, XLSX or CSV.
- ``stamps``: how each line keeps what it said when it was taken out.
- ``standing``: how an accompagnement stands for whoever takes it out.
"""
