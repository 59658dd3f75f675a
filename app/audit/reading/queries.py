"""Read lines of the journal: all of them for a controller, their own for an agent."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE, Key, Keyset, Page, bounded_count, page_of
from app.core.errors import NotFoundError
from app.core.journal import Event, JournalEntry
from app.core.now import PARIS, after_day

#: beyond this, lines are not counted: « plus de 10 000 » is enough
COUNTED = 10_000
LINES_AT_ONCE = 500
#: groups of a report
GROUPS = 1_000

#: more digits than the id of an account can have
LONGEST_NUMBER = 10

Line = Row[JournalEntry, str | None]


@dataclass(frozen=True, kw_only=True)
class JournalQuery:
    """Filters on the journal; `None` and empty texts filter nothing. Days are Paris days."""

    since: date | None = None
    until: date | None = None
    #: part of a name, or the id of an account
    agent: str = ""
    events: tuple[Event, ...] = ()
    siren: str = ""
    out_of_zone: bool = False


@dataclass(frozen=True)
class Shown:
    """A line shown on its own page. It has no ``siren``: opening it is not reading the firm."""

    line: JournalEntry


def page_of_lines(session: Session, query: JournalQuery, *, cursor: str | None) -> Page[Line]:
    """Return lines with the name of their firm where it may be read, latest first; ``total`` stops at `COUNTED` + 1."""
    some = select(JournalEntry.id).where(*_conditions(query)).limit(COUNTED + 1)
    counted = select(func.count()).select_from(some.subquery())
    key = [JournalEntry.id.desc()]
    return page_of(session, _lines(query), key=key, cursor=cursor, counted=counted)


def page_of_own(
    session: Session, identity: Identity, query: JournalQuery, *, cursor: str | None
) -> Page[Line]:
    """Return the same for the agent's own lines, and those left by whoever saw Vigie as them; as far as they are counted."""
    line = JournalEntry
    kept = _conditions(replace(query, agent=""))
    mine = select(line.id, line.recorded_at).where(line.actor_id == identity.agent_id, *kept)
    told = func.journal_seen_as(identity.agent_id).table_valued("id", "recorded_at")
    same = and_(told.c.id == line.id, told.c.recorded_at == line.recorded_at)
    others = select(line.id, line.recorded_at).join(told, same)
    others = others.where(line.actor_id.is_distinct_from(identity.agent_id), *kept)
    # Lines follow one another in time as by number: the index of an actor is in the order of time.
    key: Key = [line.recorded_at.desc(), line.id.desc()]
    after = Keyset(key, cursor).follows(key)
    # Each part gives a page in its own order, then both are merged.
    parts = [
        select(part.where(*after).order_by(*key).limit(PAGE_SIZE + 1).subquery())
        for part in (mine, others)
    ]
    found = union_all(*parts).subquery()
    shown = select(line, Company.name).outerjoin(Company, Company.siren == line.siren)
    shown = shown.join(found, and_(found.c.id == line.id, found.c.recorded_at == line.recorded_at))
    counted = bounded_count(select(union_all(mine, others).subquery()))
    return page_of(session, shown, key=key, cursor=None, counted=counted)


def first_lines(session: Session, query: JournalQuery, *, limit: int) -> Iterator[Line]:
    """Yield the last lines, for an export: a few hundred at a time, by a cursor of the server."""
    lines = _lines(query).order_by(JournalEntry.id.desc()).limit(limit)
    yield from session.execute(lines.execution_options(yield_per=LINES_AT_ONCE))


def get_line(session: Session, _identity: Identity, number: int) -> Shown:
    """Return one line; raise `NotFoundError` out of reach."""
    line = session.scalar(select(JournalEntry).where(JournalEntry.id == number))
    if line is None:
        raise NotFoundError
    return Shown(line)


def list_outings(session: Session, *, since: date, until: date) -> Sequence[Row[Any]]:
    """Return out-of-zone readings by agent and firm: ``(actor_id, actor_name, siren, reason, readings, last_at)``.

    Agents with the most readings come first.
    """
    line = JournalEntry
    query = JournalQuery(since=since, until=until, events=(Event.COMPANY_READ,), out_of_zone=True)
    reason = line.details["reason"].astext
    firms = func.count().over(partition_by=line.actor_id)
    return session.execute(
        select(
            line.actor_id, func.max(line.actor_name).label("actor_name"), line.siren,
            reason.label("reason"), func.count().label("readings"), func.max(line.recorded_at).label("last_at"),
        )
        .where(*_conditions(query))
        .group_by(line.actor_id, line.siren, reason)
        .order_by(firms.desc(), line.actor_id, func.max(line.recorded_at).desc())
        .limit(GROUPS)
    ).all()  # fmt: skip


def midnight(day: date) -> datetime:
    """Return the start of a day in Paris."""
    return datetime.combine(day, time(), PARIS)


def _lines(query: JournalQuery) -> Select[JournalEntry, str | None]:
    named = select(JournalEntry, Company.name).outerjoin(
        Company, Company.siren == JournalEntry.siren
    )
    return named.where(*_conditions(query))


def _conditions(query: JournalQuery) -> list[ColumnElement[bool]]:
    line = JournalEntry
    conditions: list[ColumnElement[bool]] = []
    if query.since:
        conditions.append(line.recorded_at >= midnight(query.since))
    if query.until:
        conditions.append(line.recorded_at < after_day(query.until))
    if query.agent:
        conditions.append(_by(query.agent))
    if query.events:
        conditions.append(line.event.in_([event.value for event in query.events]))
    if query.siren:
        conditions.append(line.siren == query.siren)
    if query.out_of_zone:
        conditions.append(line.details["in_zone"].astext == "false")
    return conditions


def _by(agent: str) -> ColumnElement[bool]:
    """SQL condition: lines of an agent, and those left by someone impersonating them."""
    line, seen_as = JournalEntry, JournalEntry.details["seen_as"]
    if agent.isascii() and agent.isdigit() and len(agent) < LONGEST_NUMBER:
        number = int(agent)
        return or_(line.actor_id == number, seen_as["agent"].as_integer() == number)
    bare_name = _bare(agent)
    return or_(
        *(
            func.lower(func.unaccent(name)).contains(bare_name, autoescape=True)
            for name in (line.actor_name, seen_as["name"].astext)
        )
    )


def _bare(name: str) -> str:
    """SQL expression: a name in lower case without accents, as `unaccent` returns it."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
