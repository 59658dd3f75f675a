"""The file of an institution: what was put to its antennes in a quarter and since January, without a firm nor whom to call.

- ``exporting``: its sheets.
- ``quarters``: quarters of a year, as an address writes them.
"""
