"""Telling administrators, by the bell alone, that e-mails do not leave: each once, not for each e-mail."""

from collections.abc import Callable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.front.addresses import path_to
from app.core.now import today
from app.core.slots import Slot
from app.messages.bell import announce
from app.messages.models import Email, Reason

#: attempts after which an e-mail is late enough for somebody to look: about an hour
LATE_AFTER = 6

#: the ids of the active administrators; provided by accounts
administrators: Slot[Callable[[Session], Sequence[int]]] = Slot("administrators")


def tell_delayed(session: Session, email: Email) -> None:
    """Say that the server has been refusing for an hour; once for as long as the oldest late e-mail waits."""
    if email.attempts < LATE_AFTER:
        return
    late = (Email.due_at.is_not(None), Email.attempts >= LATE_AFTER)
    oldest = session.scalar(select(func.min(Email.id)).where(*late))
    _announce(
        session, key=f"mail:late:{oldest}", subject="Des courriels ne partent plus depuis une heure"
    )


def tell_given_up(session: Session) -> None:
    """Say that an e-mail was given up; once a day."""
    _announce(
        session, key=f"mail:given-up:{today()}", subject="Des courriels n’ont pas pu être remis"
    )


def _announce(session: Session, *, key: str, subject: str) -> None:
    path = path_to("mail.index")
    for agent_id in administrators.only(session):
        announce(
            session, agent_id=agent_id, key=key, subject=subject, path=path, reason=Reason.ADMINISTERS
        )  # fmt: skip
