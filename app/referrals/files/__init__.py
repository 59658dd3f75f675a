"""The directory in a file, out and back: what would change is shown first, and nothing is written of a file that has a mistake.

- ``columns``: an expert as the cells of a line, and back.
- ``comparing``: what a file would add, change and archive, and what is wrong in it.
- ``exporting``: the directory as a spreadsheet.
- ``trying``: what the change of a file would do to needs.
"""
