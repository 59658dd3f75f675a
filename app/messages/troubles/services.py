"""Trying an e-mail again because somebody asks, journaled."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.messages import outbox
from app.messages.models import Email
from app.messages.troubles.queries import WHY


def resend(session: Session, identity: Identity, email_id: int | None = None) -> int:
    """Try again, now, one e-mail that is not sent, or all that were given up; return how many."""
    which = Email.given_up_at.is_not(None) if email_id is None else Email.id == email_id
    # Without a trouble, it was emptied: it says nothing any more.
    waiting = (
        select(Email)
        .where(which, Email.sent_at.is_(None), Email.trouble.is_not(None))
        .order_by(Email.id)
    )
    with writing_as_system(session, identity, reason=WHY):
        emails = session.scalars(waiting.with_for_update()).all()
        for email in emails:
            outbox.revive(session, email)
    if emails:
        numbers = [email.id for email in emails]
        journal.record(session, identity, journal.Event.MAIL_RESENT, emails=numbers)
    return len(emails)
