"""What happened around a firm, or around those an agent follows: data, people and the model in one paginated thread.

Each source of a thread gives a page, read in the order of an index; pages are then merged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Row,
    Select,
    Text,
    and_,
    cast,
    column,
    exists,
    func,
    literal,
    literal_column,
    null,
    select,
    text,
    true,
    union_all,
    values,
)
from sqlalchemy.orm import Session, joinedload

from app.companies.models import Company, ProcedureEvent
from app.core.access.identity import Identity
from app.core.database.keyset import PAGE_SIZE, Key, Keyset, Slice, slice_of
from app.core.database.tables import Base
from app.core.slots import Slot
from app.core.work.events import EventKind
from app.network.models import (
    IN_ZONE,
    ONE_PLACE,
    SEVERAL_PLACES,
    Comment,
    FeedEvent,
    Follow,
    FollowLevel,
)

#: a zone of more départements is read over the whole country
FEW_PLACES = 20
#: whoever follows more firms finds enough of their news among the latest of all
FEW_FIRMS = 500
#: news of a firm are counted up to here
NEWS_COUNTED = 99
LATEST: Key = (FeedEvent.occurred_at.desc(), FeedEvent.id.desc())
KEYED = (FeedEvent.occurred_at, FeedEvent.id)
FIRST_PLACE: ColumnElement[str] = literal_column("feed_event.departments[1]", Text())


@dataclass(frozen=True, kw_only=True)
class FeedText:
    """The texts that events of a kind are about: row-level security decides who reads each, in the statement that reads the events.

    ``table``: where they are written; ``number``: what the event calls them by; ``is_kept``: whether it is still to be read.
    """

    kind: EventKind
    table: type[Base]
    number: ColumnElement[int]
    body: ColumnElement[str]
    network_id: ColumnElement[int]
    is_kept: ColumnElement[bool]

    def is_of_event(self) -> ColumnElement[bool]:
        """SQL condition: the text is that of the event of the row."""
        of_event = (FeedEvent.kind == self.kind, FeedEvent.subject_id == self.number)
        return and_(*of_event, self.is_kept)


#: what the feed begins of a comment
COMMENTS = FeedText(
    kind=EventKind.COMMENT_WRITTEN,
    table=Comment,
    number=Comment.__table__.c.id,
    body=Comment.__table__.c.body,
    network_id=Comment.__table__.c.network_id,
    is_kept=Comment.__table__.c.deleted_at.is_(None),
)
#: the texts that the feed begins: those of this domain, and of the domains above
feed_texts: Slot[FeedText] = Slot("texts of the feed")


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of a firm's timeline: an event of the feed, or a court event of the published files."""

    occurred_at: datetime
    event: FeedEvent | None = None
    procedure: ProcedureEvent | None = None


def slice_of_timeline(
    session: Session, _identity: Identity, siren: str, cursor: str | None = None, *, size: int = PAGE_SIZE
) -> Slice[Happening]:  # fmt: skip
    """Return everything the agent may know about the firm, latest first: each source gives a page in its own order."""
    happened_at = FeedEvent.occurred_at
    # A court event has only a date: it is placed at the first minute of that day, in the agents' time zone.
    midnight = func.timezone("Europe/Paris", cast(ProcedureEvent.effective_on, DateTime()))
    in_feed = (happened_at, literal("feed").label("source"), FeedEvent.id)
    in_court = (midnight.label("occurred_at"), literal("court"), ProcedureEvent.id)
    keyset = Keyset(_latest(in_feed), cursor)
    feed = (
        select(*in_feed)
        .where(FeedEvent.siren == siren, *keyset.follows(_latest(in_feed)))
        .order_by(happened_at.desc(), FeedEvent.id.desc())
        .limit(size + 1)
    )
    court = (
        select(*in_court)
        .where(ProcedureEvent.siren == siren, *keyset.follows(_latest(in_court)))
        .order_by(ProcedureEvent.effective_on.desc(), ProcedureEvent.id.desc())
        .limit(size + 1)
    )
    thread = union_all(select(feed.subquery()), select(court.subquery())).subquery()
    key = _latest((thread.c.occurred_at, thread.c.source, thread.c.id))
    found = slice_of(session, select(thread), key=key, cursor=cursor, size=size)
    return Slice(_loaded(session, found.rows), found.next_cursor)


def slice_of_feed(
    session: Session, identity: Identity, cursor: str | None = None, *, size: int = PAGE_SIZE
) -> Slice[Row[FeedEvent, Company, str | None, int | None]]:
    """Return the feed, latest first: each event, its firm, the text that it is about and the network that reads it, if the agent does.

    What the agent did is left out, and the firms of which they want nothing.
    """
    after = Keyset(LATEST, cursor).follows(LATEST)
    after.append(FeedEvent.actor_id.is_distinct_from(identity.agent_id))
    parts = [*_of_zone(identity, after, size), _of_follows(session, identity, after, size)]
    merged = union_all(*parts).subquery()
    latest = (merged.c.occurred_at.desc(), merged.c.id.desc())
    found = select(merged).order_by(*latest).limit(size + 1).subquery()
    body = func.coalesce(null(), *(each.body for each in feed_texts))
    reads = func.coalesce(null(), *(each.network_id for each in feed_texts))
    statement = (
        select(FeedEvent, Company, body, reads)
        .join(found, found.c.id == FeedEvent.id)
        .join(Company, Company.siren == FeedEvent.siren)
        .options(joinedload(FeedEvent.actor))
    )
    for each in feed_texts:
        statement = statement.outerjoin(each.table, each.is_of_event())
    return slice_of(session, statement, key=LATEST, cursor=None, size=size)


def count_since(session: Session, identity: Identity, siren: str, moment: datetime) -> int:
    """Return how many events the firm's thread has since a moment, those of the agent apart; `NEWS_COUNTED` + 1 beyond."""
    recent = (
        select(FeedEvent.id)
        .where(
            FeedEvent.siren == siren,
            FeedEvent.occurred_at > moment,
            FeedEvent.actor_id.is_distinct_from(identity.agent_id),
        )
        .limit(NEWS_COUNTED + 1)
    )
    return session.scalar(select(func.count()).select_from(recent.subquery())) or 0


def _latest(columns: Sequence[Any]) -> Key:
    return [column.desc() for column in columns]


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


def _of_follows(
    session: Session, identity: Identity, after: list[ColumnElement[bool]], size: int
) -> Select[*tuple[Any, ...]]:
    """Select the events of followed firms: a page of each firm when they are few, otherwise the latest of all."""
    mine = (Follow.agent_id == identity.agent_id, Follow.level != FollowLevel.NOTHING)
    some = select(Follow.siren).where(*mine).limit(FEW_FIRMS + 1).subquery()
    is_many = (session.scalar(select(func.count()).select_from(some)) or 0) > FEW_FIRMS
    if is_many:
        is_followed = exists().where(*mine, Follow.siren == FeedEvent.siren)
        return _first(select(*KEYED).where(is_followed, *after), size)
    of_firm = select(*KEYED).where(FeedEvent.siren == Follow.siren, *after)
    each = of_firm.order_by(*LATEST).limit(size + 1).correlate(Follow).lateral()
    return select(each).select_from(Follow).join(each, true()).where(*mine)


def _of_zone(
    identity: Identity, after: list[ColumnElement[bool]], size: int
) -> list[Select[*tuple[Any, ...]]]:
    """Select the alerts of the zone, of firms that the agent does not follow at any level."""
    followed = exists().where(Follow.agent_id == identity.agent_id, Follow.siren == FeedEvent.siren)
    alerts = select(*KEYED).where(text(IN_ZONE), ~followed, *after)
    zone = identity.departments
    if len(zone) > FEW_PLACES:
        return [_first(alerts, size)]
    # Of the firms that the agent accompanies elsewhere, too; row-level security decides among all those of several places.
    elsewhere = alerts.where(
        FeedEvent.siren.in_(identity.case_sirens), text(ONE_PLACE), FIRST_PLACE.not_in(zone)
    )
    parts = [_first(alerts.where(text(SEVERAL_PLACES)), size), _first(elsewhere, size)]
    if not zone:
        return parts
    place = values(column("place", Text()), name="places").data([(code,) for code in zone])
    here = place.c.place == FIRST_PLACE
    each = alerts.where(text(ONE_PLACE), here).order_by(*LATEST).limit(size + 1)
    at_each = each.correlate(place).lateral()
    return [*parts, select(at_each).select_from(place.join(at_each, true()))]


def _first(statement: Select[*tuple[Any, ...]], size: int) -> Select[*tuple[Any, ...]]:
    return select(statement.order_by(*LATEST).limit(size + 1).subquery())
