"""Writing an e-mail in the transaction that calls for it, and sending it."""

from collections.abc import Callable

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.access.identity import system_identity
from app.core.now import utcnow
from app.core.slots import Slot
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.messages import smtp
from app.messages.letters import Letter, render
from app.messages.models import Email

SYSTEM = system_identity("Courriels")

#: the e-mail address of an agent, ``None`` when the account is gone; provided by accounts
address_of: Slot[Callable[[Session, int], str | None]] = Slot("address of an agent")


def post(session: Session, *, agent_id: int, key: str, letter: Letter) -> int | None:
    """Write an e-mail and queue it; return its id, ``None`` if ``key`` was already used.

    ``session`` must act for the system.
    """
    text, html = render(letter)
    statement = insert(Email).values(
        agent_id=agent_id, dedup_key=key, created_at=utcnow(),
        subject=letter.subject, body_text=text, body_html=html,
    )  # fmt: skip
    statement = statement.on_conflict_do_nothing(index_elements=["dedup_key"])
    email_id = session.scalar(statement.returning(Email.id))
    if email_id is not None:
        defer(session, Task.MAIL_SEND, email_id=email_id)
    return email_id


def send(session: Session, email_id: int) -> None:
    """Send an e-mail once and mark it as sent; let SMTP errors propagate. ``session`` must act for the system."""
    waiting = select(Email).where(Email.id == email_id, Email.sent_at.is_(None))
    email = session.scalar(waiting.with_for_update(skip_locked=True))
    recipient = address_of.only(session, email.agent_id) if email else None
    if email is None or recipient is None:
        return
    smtp.send(current_app.config["VIGIE"], email, recipient=recipient)
    email.sent_at = utcnow()
