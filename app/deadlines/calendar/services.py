"""Give, renew and stop the private address of a calendar, and read what it shows."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import today, utcnow
from app.core.web.pace import Pace, seconds_to_wait
from app.deadlines import queries as deadlines
from app.deadlines.calendar import queries
from app.deadlines.calendar.models import CalendarAddress
from app.deadlines.models import Deadline
from app.habilitations.queries import find_identity

#: who looks for whose an address is
SYSTEM = system_identity("Calendriers")
READINGS = Pace(
    events=(journal.Event.CALENDAR_READ,),
    within=timedelta(hours=1),
    limit=lambda config: config.calendar_readings_per_hour,
    description="lectures de calendrier en une heure",
)
#: days ahead, and échéances, that a calendar shows
AHEAD = timedelta(days=400)
MOST_SHOWN = 500


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """An échéance in a calendar: its number and its day, and nothing of what it says."""

    number: int
    day: date
    planned_at: datetime


@dataclass(frozen=True, kw_only=True)
class CalendarReading:
    """What an address gives: the entries, or in how many ``seconds`` to ask again."""

    entries: Sequence[CalendarEntry] = ()
    seconds: int = 0


def renew(session: Session, identity: Identity) -> str:
    """Give the agent an address, whose secret is returned and kept nowhere; a former one opens nothing any more."""
    secret = secrets.token_urlsafe(32)
    known = {"digest": queries.digest_of(secret), "created_at": utcnow()}
    statement = insert(CalendarAddress).values(agent_id=identity.agent_id, **known)
    statement = statement.on_conflict_do_update(index_elements=["agent_id"], set_=known)
    session.execute(statement)
    journal.record(session, identity, journal.Event.CALENDAR_CHANGED, change="créée")
    return secret


def stop(session: Session, identity: Identity) -> bool:
    """Have the address of the agent open nothing any more; return whether there was one."""
    mine = CalendarAddress.agent_id == identity.agent_id
    gone = session.scalar(delete(CalendarAddress).where(mine).returning(CalendarAddress.agent_id))
    if gone is not None:
        journal.record(session, identity, journal.Event.CALENDAR_CHANGED, change="arrêtée")
    return gone is not None


def read(secret: str, *, limit: int) -> CalendarReading | None:
    """Return what an address gives with the rights that its agent has now, ``limit`` times an hour; `None` when it opens nothing, or to
    an agent without rights.
    """
    with unit_of_work(SYSTEM) as session:
        agent_id = queries.find_owner(session, secret)
        owner = find_identity(session.connection(), agent_id) if agent_id is not None else None
    if owner is None or not owner.is_habilitated:
        return None
    with unit_of_work(owner) as session:
        wait = seconds_to_wait(session, owner, READINGS, limit=limit)
        if wait:
            return CalendarReading(seconds=wait)
        to_do = deadlines.list_to_do(session, owner, until=today() + AHEAD, limit=MOST_SHOWN)
        entries = [_entry(deadline) for deadline in to_do]
        journal.record(session, owner, journal.Event.CALENDAR_READ, count=len(entries))
        return CalendarReading(entries=entries)


def _entry(deadline: Deadline) -> CalendarEntry:
    return CalendarEntry(number=deadline.id, day=deadline.due_on, planned_at=deadline.created_at)
