"""The lists: rows, filters, pages, exports, reasons.

- ``filters``: what may be asked of a list, as plain values; `forms` reads it from the URL, `listing` turns it into SQL.
- ``listing``: the rows of a list as one query: entries of the algorithm and human signals side by side, filtered, sorted, paged.
- ``marks``: what agents already do with a firm, as higher domains know it: each plugs a mark in, lists filter and show it.
- ``pages``: what the page of a list and its export share: the question of the URL, and what answers it.
- ``waterfall``: how themes add up to a firm's log-odds, and what has changed since the list before.
"""
