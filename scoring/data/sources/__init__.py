"""The partners' files: one declaration a source, shared mechanics to read them.

The web reads `registry`, `series` and the declarations to tell which source a file belongs to: they load no engine.

- ``archives``: compressed files, workbooks and records of JSON, turned into one plain text.
- ``base``: what every source declares: columns, checks, warnings, key, day it could be known.
- ``bounds``: what a value can be: beyond these bounds a cell holds an error, and its line is rejected.
- ``control_keys``: warnings shared by sources: the control key of identifiers, computed by integer division, and their agreement.
- ``duplicates``: one row a key: what is written twice in the files of a source counts once.
- ``encodings``: in which letters a file is written, and its bytes that belong to no letter of it.
- ``errors``: the error of a file that cannot be read at all.
- ``judgments``: what the wording of a judgment says: its stage, the procedure entered, the one ended.
- ``layouts``: which layout of its source a file has, judging by its column names.
- ``lines``: the physical lines of a clean text, and the fields of a line, as DuckDB reads them.
- ``loading``: read one file into Parquet: valid rows, rejects, report.
- ``parse``: how the text of a cell becomes a value: identifiers, amounts, dates, periods, codes.
- ``periods``: columns repeated by period: finding them in a file, judging their cells.
- ``reading``: from the file a partner sent to clean text: unpacked, UTF-8, one `\n` a line, no BOM.
- ``records``: records of JSON turned into a table.
- ``registry``: the list of sources.
- ``report``: the report on one file: how many lines, how many rejected, why.
- ``returned``: rejected lines given back to be corrected: the columns of the file, after the line and the reason.
- ``sirene``: what the Sirene files share: absent values, states, announced dates, the activity and its nomenclature.
- ``sirene_states``: what the two histories of Sirene share: the periods of a state, active or closed.
- ``statements``: the DuckDB statements that read one file of one source.
- ``workforce``: what the two workforce files share: one column a month, `effAAAATM`.
"""
