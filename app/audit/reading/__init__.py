"""The journal read: lines, words, exports, unusual readings.

- ``exporting``: the journal taken out: the lines asked for, as a workbook or a CSV, and what the journal keeps of it.
- ``reader_routes``: what each one may know of the journal: their own lines, and who consulted a firm that they accompany.
- ``trails``: the readings of one firm: who opened its pages, and on what ground.
- ``watching``: unusual readings: more confidential firms in a day than work asks for.
- ``words``: the words of the journal: what a detail is called in French, and what its codes mean.
"""
