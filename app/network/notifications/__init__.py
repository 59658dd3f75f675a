"""Who is notified of what, the notifications page and the e-mails.

- ``digest``: the e-mail of what came since the last one: at each agent's pace, never empty, naming no firm.
- ``kinds``: of which kind each event is, as the bell says it.
- ``named``: the e-mails that tell at once: a text names an agent, an échéance is theirs.
- ``preferences``: which e-mails an agent wants, and how those are stopped from one of them.
- ``recipients``: whom to notify of an event, and why.
"""
