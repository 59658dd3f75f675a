"""Write follows, comments, feed events and what agents do with their notifications."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import case, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.companies.models import Company
from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.database.unit_of_work import apart
from app.core.front.addresses import path_to
from app.core.now import utcnow
from app.core.work.events import DomainEvent
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.messages import bell
from app.messages.models import Reason
from app.network import queries
from app.network.models import (
    ColleagueFollow,
    FeedEvent,
    FeedSeen,
    Follow,
    FollowLevel,
    Notification,
)

#: why the bell of somebody else is rung
WHY_TOLD = "Annonce à la personne suivie"


def follow(
    session: Session, identity: Identity, company: Company, *, level: FollowLevel = FollowLevel.ALL
) -> Follow:
    """Follow the firm at ``level``; asking twice for the same level, even concurrently, changes nothing."""
    key = {"agent_id": identity.agent_id, "siren": company.siren}
    statement = insert(Follow).values(**key, level=level, created_at=utcnow())
    changed = session.execute(
        statement.on_conflict_do_update(
            index_elements=list(key), set_={"level": level}, where=Follow.level != level
        ).returning(Follow.siren)
    ).first()
    if changed:
        journal.record(
            session, identity, journal.Event.FOLLOW_CHANGED, siren=company.siren, level=level
        )
    return session.get_one(Follow, key, populate_existing=True)


def follow_all(
    session: Session, identity: Identity, sirens: Sequence[str], *, level: FollowLevel
) -> list[str]:
    """Follow firms that the agent does not follow yet, under one line of the journal; return which."""
    told = {"agent_id": identity.agent_id, "level": level, "created_at": utcnow()}
    rows = [{"siren": siren, **told} for siren in sirens]
    statement = insert(Follow).on_conflict_do_nothing().returning(Follow.siren)
    followed = sorted(session.scalars(statement, rows)) if rows else []
    _trace_follows(session, identity, followed, level=level)
    return followed


def unfollow_all(session: Session, identity: Identity, levels: Mapping[str, str]) -> list[str]:
    """Stop following firms that are still followed at the level given for each; return which."""
    pairs = [(siren, FollowLevel(level)) for siren, level in levels.items()]
    these = tuple_(Follow.siren, Follow.level).in_(pairs)
    mine = delete(Follow).where(Follow.agent_id == identity.agent_id, these)
    gone = sorted(session.scalars(mine.returning(Follow.siren)))
    _trace_follows(session, identity, gone, level=None)
    return gone


def _trace_follows(
    session: Session, identity: Identity, sirens: Sequence[str], *, level: FollowLevel | None
) -> None:
    if sirens:
        event = journal.Event.FOLLOW_CHANGED
        journal.record(session, identity, event, level=level, count=len(sirens), sirens=sirens)


def unfollow(session: Session, identity: Identity, company: Company) -> None:
    """Stop following the firm; do nothing if it was not followed."""
    mine = (Follow.agent_id == identity.agent_id, Follow.siren == company.siren)
    if session.scalar(delete(Follow).where(*mine).returning(Follow.siren)) is not None:
        journal.record(
            session, identity, journal.Event.FOLLOW_CHANGED, siren=company.siren, level=None
        )


def follow_by_acting(session: Session, identity: Identity, company: Company) -> None:
    """Make an agent who acts on a firm follow it, unless they already chose a level."""
    if queries.find_follow(session, identity, company.siren) is None:
        follow(session, identity, company)


def follow_colleague(
    session: Session, identity: Identity, followed: Agent, *, level: FollowLevel
) -> None:
    """Follow what happens in the accompagnements of a colleague, who is told once that the agent does, or nothing of it for a while."""
    key = {"agent_id": identity.agent_id, "followed_id": followed.id}
    statement = insert(ColleagueFollow).values(**key, level=level, created_at=utcnow())
    changed = session.execute(
        statement.on_conflict_do_update(
            index_elements=list(key), set_={"level": level}, where=ColleagueFollow.level != level
        ).returning(ColleagueFollow.agent_id)
    ).first()
    if changed is None:
        return
    journal.record(
        session, identity, journal.Event.FOLLOW_CHANGED, agent_id=followed.id, level=level
    )
    with writing_as_system(session, identity, reason=WHY_TOLD):
        bell.announce(
            session, agent_id=followed.id, key=f"followed-by:{identity.agent_id}", reason=Reason.WATCHED,
            subject=f"{identity.name} suit vos accompagnements", path=path_to("network.follows"),
        )  # fmt: skip


def unfollow_colleague(session: Session, identity: Identity, followed: Agent) -> None:
    """Stop following the accompagnements of a colleague; do nothing if the agent did not."""
    mine = (
        ColleagueFollow.agent_id == identity.agent_id,
        ColleagueFollow.followed_id == followed.id,
    )
    if session.scalar(delete(ColleagueFollow).where(*mine).returning(ColleagueFollow.followed_id)):
        journal.record(
            session, identity, journal.Event.FOLLOW_CHANGED, agent_id=followed.id, level=None
        )


def on_event(session: Session, identity: Identity, event: DomainEvent) -> None:
    """Listen to every domain: write the event to the feed and queue its notifications, in the same transaction."""
    row = record_event(session, identity, event)
    defer(session, Task.NETWORK_NOTIFY, event_id=row.id)


def notify_again(session: Session, subject_kind: str, subject_id: int) -> None:
    """Queue the notifications of what was said of an object: somebody else is concerned since. Whoever was told is not told twice."""
    about = (FeedEvent.subject_kind == subject_kind, FeedEvent.subject_id == subject_id)
    last = select(FeedEvent.id).where(*about).order_by(FeedEvent.id.desc()).limit(1)
    if (event_id := session.scalar(last)) is not None:
        defer(session, Task.NETWORK_NOTIFY, event_id=event_id)


def record_event(session: Session, identity: Identity, event: DomainEvent) -> FeedEvent:
    """Write ``event`` to the feed."""
    details = {name: value for name, value in event.details.items() if value is not None}
    row = FeedEvent(
        siren=event.siren,
        departments=event.departments,
        kind=event.kind,
        actor_id=identity.agent_id,
        network_id=event.network_id,
        nature=event.nature,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        details={**details, "occurred_on": event.occurred_on.isoformat()},
    )
    session.add(row)
    session.flush()
    return row


def read_feed(identity: Identity, event: journal.Event, **details: Any) -> None:
    """Journal that the feed was read, and remember when; in a transaction of its own, as the page is served in a read-only one."""
    with apart(identity.person) as session:
        journal.record(session, identity, event, **details)
        if identity.impersonated_by is None:
            _remember(session, identity)


def _remember(session: Session, identity: Identity) -> None:
    """What was read more than `VISIT` ago was read at another visit."""
    moment = utcnow()
    seen = insert(FeedSeen).values(agent_id=identity.agent_id, seen_at=moment)
    is_over = FeedSeen.seen_at < moment - queries.VISIT
    before = case((is_over, FeedSeen.seen_at), else_=FeedSeen.before_at)
    session.execute(
        seen.on_conflict_do_update(
            index_elements=["agent_id"], set_={"seen_at": moment, "before_at": before}
        )
    )


def mark_read(session: Session, identity: Identity, *, notification_id: int | None = None) -> None:
    """Mark one of the agent's notifications as read, or all that the bell counts; those of others are out of reach."""
    if notification_id is None:
        bell.mark_read(session, identity)
    which = (Notification.id == notification_id,) if notification_id is not None else ()
    mine = (Notification.agent_id == identity.agent_id, Notification.read_at.is_(None), *which)
    session.execute(update(Notification).where(*mine).values(read_at=utcnow()))
