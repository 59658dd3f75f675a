"""What happened around a firm, or around those an agent follows: data, people and the model in one paginated thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    DateTime,
    Row,
    Select,
    Subquery,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from app.companies.models import Company, ProcedureEvent
from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE, Page, decode_cursor, encode_cursor
from app.core.work.events import EventKind
from app.network.models import FeedEvent, Follow, FollowLevel

#: kinds brought to everyone in the zone, followers or not
ZONE_KINDS = (EventKind.ALERTED, EventKind.SIGNAL_WRITTEN)
#: kinds brought to the managers of the audience
OVERSEEN_KINDS = (EventKind.UNLOCK_OPENED,)


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of a firm's timeline: an event of the feed, or a court event of the published files."""

    occurred_at: datetime
    event: FeedEvent | None = None
    procedure: ProcedureEvent | None = None


def page_of_timeline(
    session: Session, _identity: Identity, siren: str, cursor: str | None = None
) -> Page[Happening]:
    """Return everything the agent may know about the firm, latest first."""
    thread = _thread(siren)
    total = session.scalar(select(func.count()).select_from(thread)) or 0
    key = (thread.c.occurred_at, thread.c.source, thread.c.id)
    statement = select(*key).order_by(*(column.desc() for column in key)).limit(PAGE_SIZE + 1)
    after = _position(cursor)
    if after is not None:
        moment, source, number = after
        bound = (literal(moment, DateTime(timezone=True)), literal(source), literal(number))
        statement = statement.where(tuple_(*key) < tuple_(*bound))
    rows = session.execute(statement).all()
    shown = rows[:PAGE_SIZE]
    more = (
        encode_cursor([shown[-1][0].isoformat(), *shown[-1][1:]]) if len(rows) > PAGE_SIZE else None
    )
    return Page(_loaded(session, shown), more, total)


def page_of_feed(
    session: Session, identity: Identity, cursor: str | None = None
) -> Page[Row[FeedEvent, Company]]:
    """Return what others did on the firms the agent follows, and the alerts of their zone, latest first."""
    statement = _feed(identity)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    after = _position(cursor)
    if after is not None:
        moment, _, number = after
        bound = (literal(moment, DateTime(timezone=True)), literal(number))
        statement = statement.where(tuple_(FeedEvent.occurred_at, FeedEvent.id) < tuple_(*bound))
    ordered = statement.order_by(FeedEvent.occurred_at.desc(), FeedEvent.id.desc())
    rows = session.execute(ordered.limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    if len(rows) <= PAGE_SIZE:
        return Page(shown, None, total)
    last = shown[-1][0]
    return Page(shown, encode_cursor([last.occurred_at.isoformat(), "feed", last.id]), total)


def _feed(identity: Identity) -> Select[FeedEvent, Company]:
    followed = and_(Follow.level.is_not(None), Follow.level != FollowLevel.NOTHING)
    muted = and_(Follow.level.is_not(None), Follow.level == FollowLevel.NOTHING)
    in_zone = and_(FeedEvent.kind.in_(ZONE_KINDS), ~func.coalesce(muted, False))
    mine = and_(Follow.siren == FeedEvent.siren, Follow.agent_id == identity.agent_id)
    return (
        select(FeedEvent, Company)
        .join(Company, Company.siren == FeedEvent.siren)
        .outerjoin(Follow, mine)
        .where(or_(followed, in_zone), FeedEvent.actor_id.is_distinct_from(identity.agent_id))
        .options(joinedload(FeedEvent.actor))
    )


def _thread(siren: str) -> Subquery:
    people_and_model = select(
        FeedEvent.occurred_at.label("occurred_at"),
        literal("feed").label("source"),
        FeedEvent.id.label("id"),
    ).where(FeedEvent.siren == siren)
    # A court event has only a date: it is placed at the first minute of that day, in the agents' time zone.
    midnight = func.timezone("Europe/Paris", cast(ProcedureEvent.effective_on, DateTime()))
    court = select(midnight, literal("court"), ProcedureEvent.id).where(
        ProcedureEvent.siren == siren
    )
    return union_all(people_and_model, court).subquery()


def _loaded(session: Session, keys: Sequence[Row[datetime, str, int]]) -> list[Happening]:
    numbers = {
        source: [key.id for key in keys if key.source == source] for source in ("feed", "court")
    }
    in_feed = (
        select(FeedEvent)
        .where(FeedEvent.id.in_(numbers["feed"]))
        .options(joinedload(FeedEvent.actor))
    )
    in_court = select(ProcedureEvent).where(ProcedureEvent.id.in_(numbers["court"]))
    feed = {event.id: event for event in session.scalars(in_feed)}
    court = {event.id: event for event in session.scalars(in_court)}
    return [
        Happening(occurred_at=key.occurred_at, event=feed[key.id])
        if key.source == "feed"
        else Happening(occurred_at=key.occurred_at, procedure=court[key.id])
        for key in keys
    ]


def _position(cursor: str | None) -> tuple[datetime, str, int] | None:
    values = decode_cursor(cursor, length=3)
    if values is None:
        return None
    moment, source, number = values
    if not isinstance(moment, str) or not isinstance(source, str) or not isinstance(number, int):
        return None
    try:
        return datetime.fromisoformat(moment), source, number
    except ValueError:
        return None
