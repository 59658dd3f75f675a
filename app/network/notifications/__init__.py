"""Who is notified of what, the notifications page and the morning digest.

- ``digest``: the morning e-mail: at most one a day, never empty, and naming no firm.
- ``kinds``: of which kind each event is, as the bell says it.
- ``named``: the e-mail that tells an agent at once that a text names them.
- ``recipients``: whom to notify of an event, and why.
"""
