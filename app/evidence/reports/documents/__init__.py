"""The files of a report; only the worker loads them.

- ``open_data``: the open data of a period: one line a figure, and what each column and figure means.
- ``pdf_file``: a report as a PDF that a screen reader follows (PDF/UA).
- ``text_file``: a report as a DOCX, to be taken up in another text.
- ``workbook_file``: a report as a workbook, a sheet for each table.
"""
