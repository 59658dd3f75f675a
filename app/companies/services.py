"""Journaling readings: who opened the page of which firm, and on what ground."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.companies.policies import reach
from app.core import journal
from app.core.access.identity import Identity
from app.core.access.rows import carry
from app.core.journal import JournalEntry

#: readings of a firm by the same agent within this time count as one
ONE_READING = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class LastReading:
    """When the agent last came, `None` if never before the last half hour; whether they never came at all."""

    at: datetime | None
    is_first: bool


def record_reading(engine: Engine, identity: Identity, company: Company, **details: object) -> None:
    """Journal that the agent reads this firm, with the ground of access and the natures of the confidential data open to them.

    Once per half hour for what is shown: as soon as more is open than a recent line says, there is another.
    In a separate transaction, so that pages served in a read-only one can call it. Two pages opened
    at the same instant may leave two lines: one too many rather than none.
    """
    natures = company.readable
    if identity.impersonated_by is None and _was_just_read(engine, identity, company, natures):
        return
    journal.record_apart(
        engine,
        identity,
        journal.Event.COMPANY_READ,
        siren=company.siren,
        in_zone=identity.covers(company.departments),
        reason=reach(identity, company),
        confidential=bool(natures),
        natures=natures,
        **details,
    )


def last_reading(session: Session, identity: Identity, siren: str) -> LastReading:
    """Return when the agent last opened a page of the firm, before those of the last half hour, and whether this page is the first.

    The line of the page being served is written once its transaction has begun, and is left out.
    """
    read = select(JournalEntry.recorded_at).where(
        JournalEntry.actor_id == identity.agent_id,
        JournalEntry.siren == siren,
        JournalEntry.event == journal.Event.COMPANY_READ.value,
    )
    before = read.where(JournalEntry.recorded_at < func.now() - ONE_READING)
    last = before.order_by(JournalEntry.recorded_at.desc()).limit(1).scalar_subquery()
    any_before = read.where(JournalEntry.recorded_at < func.now()).exists()
    at, was_read = session.execute(select(last, any_before)).one()
    return LastReading(at=at, is_first=not was_read)


def _was_just_read(
    engine: Engine, identity: Identity, company: Company, natures: list[str]
) -> bool:
    recent = select(JournalEntry.id).where(
        JournalEntry.actor_id == identity.agent_id,
        JournalEntry.siren == company.siren,
        JournalEntry.event == journal.Event.COMPANY_READ.value,
        # A line ahead of the clock, from a machine that was, must not count as recent for days.
        JournalEntry.recorded_at.between(func.now() - ONE_READING, func.now()),
        JournalEntry.details["natures"].contains(natures),
    )
    with engine.begin() as connection:
        carry(connection, identity)
        return bool(connection.scalar(select(recent.exists())))
