"""The lists: rows, filters, pages, exports, reasons.

- ``filters``: filters and sorts of a list, as plain values; `forms` reads them from the URL, `rows` turns them into SQL.
- ``marks``: agents' ongoing follow-up of a firm: the domains above register marks, which lists filter on and show.
- ``pages``: what the page of a list and its export share: the query in the URL, and its results.
"""
