"""The journal: who did or read what. Append-only, hash-chained by the database, never rewritten by anybody.

One database function, `journal_append`, assigns a line its number and its time, chains it and inserts it; the application may
do nothing else to the table. `app.audit` reads, seals, verifies and purges it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Engine,
    Index,
    Integer,
    String,
    Text,
    bindparam,
    cast,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.access.identity import Identity
from app.core.access.rows import carry
from app.core.database.tables import Base
from app.core.journal_events import Event
from app.core.text.bounds import writable

__all__ = [
    "Event", "JournalEntry", "changes", "record", "record_apart", "seen_as", "written_at",
]  # fmt: skip


class JournalEntry(Base):
    """One line of the journal; its number, its time and its hashes are assigned by the database under a lock."""

    __tablename__ = "journal"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: part of the key, since it partitions the table by month (UTC)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    event: Mapped[str] = mapped_column(String(60))
    siren: Mapped[str | None] = mapped_column(String(9))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]

    __table_args__ = (
        Index("ix_journal_actor_id_recorded_at", "actor_id", "recorded_at"),
        Index("ix_journal_siren_recorded_at", "siren", "recorded_at"),
        Index("ix_journal_event_recorded_at", "event", "recorded_at"),
        Index(
            "ix_journal_seen_as",
            text("(((details -> 'seen_as'::text) ->> 'agent'::text)::integer)"),
            postgresql_where=text("details ? 'seen_as'::text"),
        ),
    )


def written_at() -> ColumnElement[datetime]:
    """What the clock said when the line of a row was written.

    ``recorded_at``, which goes forward along the chain, is never before it: a limit below may be put on either, and the index
    serves the other.
    """
    told = cast(JournalEntry.details["clock"].astext, DateTime(timezone=True))
    return func.coalesce(told, JournalEntry.recorded_at)


#: made once: every page writes a line
_APPEND = select(
    func.journal_append(
        bindparam("actor", type_=Integer()), bindparam("event", type_=Text()), bindparam("siren", type_=Text()),
        bindparam("details", type_=JSONB()),
    )
)  # fmt: skip


def record(
    session: Session, identity: Identity, event: Event, *, siren: str | None = None, **details: Any
) -> None:
    """Write a line in the transaction of ``session``: the act and its trace are committed or rolled back together."""
    session.execute(_APPEND, _line(identity, event, siren=siren, details=details))


def record_apart(
    engine: Engine, identity: Identity, event: Event, *, siren: str | None = None, **details: Any
) -> None:
    """Write a line in a short separate transaction: for readings, whose page is served in a read-only transaction."""
    with engine.begin() as connection:
        carry(connection, identity.person)
        connection.execute(_APPEND, _line(identity, event, siren=siren, details=details))


def seen_as(identity: Identity) -> dict[str, object]:
    """The agent as whom somebody else was seeing Vigie, for the details of a line; that agent can read the line too."""
    return {"agent": identity.agent_id, "name": identity.name}


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, list[object]]:
    """The fields that differ, as ``{field: [before, after]}``, ready for `record`."""
    return {
        name: [_plain(before.get(name)), _plain(value)]
        for name, value in after.items()
        if before.get(name) != value
    }


def _line(
    identity: Identity, event: Event, *, siren: str | None, details: dict[str, Any]
) -> dict[str, Any]:
    """The actor is who really acts; the agent as whom they were seeing Vigie is in the details, hashed like the rest.

    The database compares the actor with whoever the transaction acts for, and refuses any other: see `rows.carry`.
    """
    if identity.impersonated_by is not None:
        details = {**details, "seen_as": seen_as(identity)}
    plain = {name: _plain(value) for name, value in details.items()}
    return {
        "actor": identity.person.agent_id,
        "event": event.value,
        "siren": siren,
        "details": plain,
    }


def _plain(value: object) -> object:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        # What cannot be stored would stop the act with its trace.
        return writable(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value
