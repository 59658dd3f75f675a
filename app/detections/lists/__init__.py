"""The lists: rows, filters, pages, exports, reasons.

- ``branches``: the two kinds of rows of a list, entries and signals, each read by index and filtered.
- ``filters``: filters and sorts of a list, as plain values; `forms` reads them from the URL, `listing` turns them into SQL.
- ``listing``: the rows of a page of a list, then what it shows of them, and how many there are, up to a thousand.
- ``marks``: agents' ongoing follow-up of a firm: the domains above register marks, which lists filter on and show.
- ``orders``: the orders of a list, as stages that follow one another.
- ``pages``: what the page of a list and its export share: the query in the URL, and its results.
- ``waterfall``: how themes add up to a firm's log-odds, and what has changed since the previous list.
"""
