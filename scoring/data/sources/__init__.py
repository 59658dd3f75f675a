"""The partners' files: one declaration a source, shared mechanics to read them.

`registry`, `series` and the declarations are read by the web, which says to whom a file belongs: they load no engine.

- ``archives``: files sent packed or as a workbook, brought back to one plain text.
- ``base``: the shape every source has: columns, checks, warnings, key, day it could be known.
- ``control_keys``: warnings shared by sources: the control key of identifiers, whose digits are had by division.
- ``errors``: the error of a file that cannot be read at all.
- ``layouts``: which layout of its source a file has, from the names of its columns.
- ``lines``: the physical lines of a clean text, and the fields of a line, as DuckDB reads them.
- ``loading``: read one file into Parquet: valid rows, rejects, report.
- ``parse``: how the text of a cell becomes a value: identifiers, amounts, dates, periods, codes.
- ``periods``: columns repeated by period: which columns of a file they are, how a line of them is judged.
- ``reading``: from the file a partner sent to clean text: unpacked, UTF-8, one `\n` a line, no BOM.
- ``registry``: the list of sources.
- ``report``: what is said of one file: how many lines, how many refused, why.
- ``sirene``: what the two Sirene files share: the activity in the nomenclature we use.
- ``statements``: the DuckDB statements that read one file of one source.
- ``workforce``: what the two files of workforce share: one column a month, `effAAAATM`.
"""
