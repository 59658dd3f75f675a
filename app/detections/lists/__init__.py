"""The lists: rows, filters, pages, exports, reasons.

- ``cells``: what a list shows of a firm, on its page and in its spreadsheet.
- ``filters``: filters and sorts of a list, as plain values; `forms` reads them from the URL, `rows` turns them into SQL.
- ``marks``: agents' ongoing follow-up of a firm: the domains above register marks, which lists filter on and show.
- ``pages``: what the page of a list and its export share: the query in the URL, and its results.
- ``unlisted``: why a firm is not on the list, for any firm.
- ``waterfall``: how themes add up to a firm's log-odds, and what has changed since the previous list.
"""
