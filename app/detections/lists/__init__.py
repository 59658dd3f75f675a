"""The lists: rows, filters, pages, exports, reasons.

- ``exporting``: the spreadsheet of a list: what must be read first, then its rows, written as they are read.
- ``filters``: filters and sorts of a list, as plain values; `forms` reads them from the URL, `rows` turns them into SQL.
- ``marks``: agents' ongoing follow-up of a firm: the domains above register marks, which lists filter on and show.
- ``pages``: the page of a list, and what its export shares with it: the query in the URL, and its results.
"""
