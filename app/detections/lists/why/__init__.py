"""Why a firm is on a list, or is not: facts, their sum, and what keeps the others out.

- ``causes``: what may be called the cause of an alert.
- ``unlisted``: why a firm is not on the list, for any firm.
- ``waterfall``: how themes add up to a firm's log-odds, and what has changed since the previous list.
"""
