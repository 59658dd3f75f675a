"""What Vigie says to its agents: e-mails and the bell.

- ``bell``: what the bell of an agent says that is about no firm: a list held back, a training that failed.
- ``outbox``: writing an e-mail in the transaction that decides it, and sending it.
- ``smtp``: E-mail: messages are written in the transaction that decides them, then sent once by the worker through SMTP.
"""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Declare the tables; domains above write, and say where an agent is to be written to."""
    from app.messages import models  # noqa: F401 - declares the tables
