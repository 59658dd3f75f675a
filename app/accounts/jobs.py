"""E-mails to agents: written once in the transaction that decides them, sent by the worker."""

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.queries import find_agent
from app.core import mailer
from app.core.identity import system_identity
from app.core.jobs import defer, task
from app.core.mailer import Email
from app.core.now import utcnow
from app.core.unit_of_work import unit_of_work

SYSTEM = system_identity("Courriels")


@task("mail:send")
def send_mail(email_id: int) -> None:
    """Send an e-mail once; SMTP errors make the worker try again."""
    with unit_of_work(SYSTEM) as session:
        waiting = select(Email).where(Email.id == email_id, Email.sent_at.is_(None))
        email = session.scalar(waiting.with_for_update(skip_locked=True))
        agent = find_agent(session, email.agent_id) if email else None
        if email is None or agent is None:
            return
        mailer.send(current_app.config["VIGIE"], email, recipient=agent.email)
        email.sent_at = utcnow()


def post(session: Session, *, agent_id: int, key: str, message: dict[str, str]) -> int | None:
    """Write an e-mail (``subject``, ``body_text``, ``body_html``) and ask that it be sent; ``None`` if ``key`` was already.

    ``session`` must act for the system.
    """
    values = {"agent_id": agent_id, "dedup_key": key, "created_at": utcnow(), **message}
    statement = insert(Email).values(**values).on_conflict_do_nothing(index_elements=["dedup_key"])
    email_id = session.scalar(statement.returning(Email.id))
    if email_id is not None:
        defer(session, send_mail, email_id=email_id)
    return email_id
