"""What Vigie says to its agents: e-mails and the bell.

- ``bell``: the announcements of an agent's bell that concern no firm: a list held back, a training that failed.
- ``letters``: every e-mail of Vigie: sentences, lists below them, one link.
- ``outbox``: writing an e-mail in the transaction that calls for it, and sending it.
- ``smtp``: handing an e-mail to the SMTP server.
"""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Declare the tables; the domains above write messages and provide the agents' addresses."""
    from app.messages import models  # noqa: F401 - declares the tables
