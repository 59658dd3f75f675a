"""Files taken out of Vigie.

- ``csv_files``: CSV files that French spreadsheets open, where text never becomes a formula.
- ``extracts``: files taken out of Vigie, written as their rows come: they stand on disk, without a name, until they are sent.
- ``spreadsheets``: spreadsheets exported for agents: text stays text, every sheet says who extracted it and when.
"""
