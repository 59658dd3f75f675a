"""What an agent was typing in a form, kept on the server until the form is submitted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.access.identity import Identity
from app.core.database.tables import Base
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.text.bounds import writable

#: characters of all the texts of a draft
LONGEST = 200_000
#: drafts that an agent keeps; saving another forgets the oldest
MOST = 50
#: characters of the path of a form
LONGEST_PATH = 300
TOO_LONG = "Ce qui a été saisi est trop long pour être gardé comme brouillon : gardez-en une copie, puis raccourcissez-le."


class Draft(Base):
    """The fields of one form, as one agent left them."""

    __tablename__ = "draft"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    #: the path of the form's page
    form_path: Mapped[str] = mapped_column(primary_key=True)
    #: values by field name: a field may occur several times
    fields: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(
        default=utcnow, server_default=func.now(), index=True
    )


def save(
    session: Session, identity: Identity, *, form_path: str, fields: dict[str, list[str]]
) -> datetime:
    """Save ``fields`` for the form at ``form_path``, replacing any earlier draft; return when. Raise `DomainError` beyond `LONGEST`."""
    moment, texts = utcnow(), _texts(fields)
    length = sum(len(value) for values in texts.values() for value in values)
    if max(length, sum(map(len, texts))) > LONGEST or len(form_path) > LONGEST_PATH:
        raise DomainError(TOO_LONG)
    values = {"fields": texts, "saved_at": moment}
    statement = insert(Draft).values(agent_id=identity.agent_id, form_path=form_path, **values)
    session.execute(
        statement.on_conflict_do_update(index_elements=["agent_id", "form_path"], set_=values)
    )
    mine = Draft.agent_id == identity.agent_id
    kept = select(Draft.form_path).where(mine).order_by(Draft.saved_at.desc(), Draft.form_path)
    session.execute(delete(Draft).where(mine, Draft.form_path.not_in(kept.limit(MOST))))
    return moment


def find(session: Session, identity: Identity, *, form_path: str) -> Draft | None:
    """What the agent was typing at ``form_path``, if anything; never shown to somebody seeing Vigie as that agent."""
    if identity.impersonated_by is not None:
        return None
    return session.scalar(
        select(Draft).where(Draft.agent_id == identity.agent_id, Draft.form_path == form_path)
    )


def list_latest(session: Session, identity: Identity, *, limit: int) -> Sequence[Draft]:
    """The last drafts of the agent; none for somebody seeing Vigie as that agent."""
    if identity.impersonated_by is not None:
        return []
    mine = select(Draft).where(Draft.agent_id == identity.agent_id)
    return session.scalars(mine.order_by(Draft.saved_at.desc(), Draft.form_path).limit(limit)).all()


def discard(session: Session, identity: Identity, *, form_path: str) -> None:
    """Delete the draft: the form was submitted."""
    session.execute(
        delete(Draft).where(Draft.agent_id == identity.agent_id, Draft.form_path == form_path)
    )


def _texts(fields: dict[str, Any]) -> dict[str, list[str]]:
    """Only what a form can submit: the fields may come back from a page, hence are untrusted."""
    return {
        writable(name): [writable(value) for value in values if isinstance(value, str)]
        for name, values in fields.items()
        if isinstance(values, list)
    }
