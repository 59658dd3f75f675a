"""Reading the journal: lines, wording, exports, unusual readings.

- ``exporting``: export of the journal: the requested lines, as a workbook or a CSV, and the trace of the export.
- ``reader_routes``: what every agent may read of the journal: their own lines, and who consulted a firm that they accompany.
- ``trails``: the readings of one firm: who opened its pages, and on what grounds.
- ``watching``: unusual readings: more confidential firms in a day than the work requires.
- ``words``: the wording of the journal: French labels of the details, and the meaning of their codes.
"""
