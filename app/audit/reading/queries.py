"""The lines of the journal that somebody asks for: a controller all of them, an agent their own."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import Page, page_of
from app.core.errors import NotFoundError
from app.core.journal import Event, JournalEntry
from app.core.now import PARIS

#: beyond, lines are not counted: « plus de 10 000 » says enough
COUNTED = 10_000
#: groups of a report
GROUPS = 1_000

#: digits of the number of an account, and one
LONGEST_NUMBER = 10

Line = Row[JournalEntry, str | None]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of the journal; `None` and empty texts keep all. Days are those of Paris."""

    since: date | None = None
    until: date | None = None
    #: part of a name, or the number of an account
    agent: str = ""
    events: tuple[Event, ...] = ()
    siren: str = ""
    out_of_zone: bool = False


@dataclass(frozen=True)
class Shown:
    """A line on a page of its own. It has no ``siren``: opening it is not reading the firm."""

    line: JournalEntry


def page_of_lines(session: Session, question: Question, *, cursor: str | None) -> Page[Line]:
    """Lines with the name of their firm where it may be read, the last first; ``total`` stops at `COUNTED` + 1."""
    some = select(JournalEntry.id).where(*_conditions(question)).limit(COUNTED + 1)
    counted = select(func.count()).select_from(some.subquery())
    key = [JournalEntry.id.desc()]
    return page_of(session, _lines(question), key=key, cursor=cursor, counted=counted)


def page_of_own(
    session: Session, identity: Identity, question: Question, *, cursor: str | None
) -> Page[Line]:
    """The same, of the agent's own lines only, whatever else their role would show them."""
    mine = replace(question, agent=str(identity.agent_id))
    return page_of_lines(session, mine, cursor=cursor)


def first_lines(session: Session, question: Question, *, limit: int) -> Sequence[Line]:
    """The last lines, for an export."""
    return session.execute(_lines(question).order_by(JournalEntry.id.desc()).limit(limit)).all()


def get_line(session: Session, _identity: Identity, number: int) -> Shown:
    """One line; raise `NotFoundError` out of reach."""
    line = session.scalar(select(JournalEntry).where(JournalEntry.id == number))
    if line is None:
        raise NotFoundError
    return Shown(line)


def list_outings(session: Session, *, since: date, until: date) -> Sequence[Row[Any]]:
    """Readings out of zone by agent and firm: ``(actor_id, actor_name, siren, reason, readings, last_at)``.

    Those of the agent who went out most come first.
    """
    line = JournalEntry
    question = Question(since=since, until=until, events=(Event.COMPANY_READ,), out_of_zone=True)
    reason = line.details["reason"].astext
    firms = func.count().over(partition_by=line.actor_id)
    return session.execute(
        select(
            line.actor_id, func.max(line.actor_name).label("actor_name"), line.siren,
            reason.label("reason"), func.count().label("readings"), func.max(line.recorded_at).label("last_at"),
        )
        .where(*_conditions(question))
        .group_by(line.actor_id, line.siren, reason)
        .order_by(firms.desc(), line.actor_id, func.max(line.recorded_at).desc())
        .limit(GROUPS)
    ).all()  # fmt: skip


def midnight(day: date) -> datetime:
    """When a day begins in Paris."""
    return datetime.combine(day, time(), PARIS)


def _lines(question: Question) -> Select[JournalEntry, str | None]:
    named = select(JournalEntry, Company.name).outerjoin(
        Company, Company.siren == JournalEntry.siren
    )
    return named.where(*_conditions(question))


def _conditions(question: Question) -> list[ColumnElement[bool]]:
    line = JournalEntry
    conditions: list[ColumnElement[bool]] = []
    if question.since:
        conditions.append(line.recorded_at >= midnight(question.since))
    if question.until:
        conditions.append(line.recorded_at < midnight(question.until + timedelta(days=1)))
    if question.agent:
        conditions.append(_by(question.agent))
    if question.events:
        conditions.append(line.event.in_([event.value for event in question.events]))
    if question.siren:
        conditions.append(line.siren == question.siren)
    if question.out_of_zone:
        conditions.append(line.details["in_zone"].astext == "false")
    return conditions


def _by(agent: str) -> ColumnElement[bool]:
    """Lines of an agent, and those that somebody else left while seeing Vigie as that agent."""
    line, seen_as = JournalEntry, JournalEntry.details["seen_as"]
    if agent.isascii() and agent.isdigit() and len(agent) < LONGEST_NUMBER:
        number = int(agent)
        return or_(line.actor_id == number, seen_as["agent"].as_integer() == number)
    asked = _bare(agent)
    return or_(
        *(
            func.lower(func.unaccent(name)).contains(asked, autoescape=True)
            for name in (line.actor_name, seen_as["name"].astext)
        )
    )


def _bare(name: str) -> str:
    """A name in small letters without accents, as `unaccent` leaves it."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
