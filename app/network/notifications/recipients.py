"""Whom to notify of an event, and why. Each agent's own rights have the last word."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.queries import holders_of
from app.core.access.identity import Identity, Role
from app.core.now import today, utcnow
from app.core.slots import Slot
from app.core.work.events import EventKind
from app.habilitations.models import Habilitation, Membership, Zone
from app.habilitations.queries import identities_of
from app.messages.models import NoticeKind, Reason
from app.network.comments.mentions import list_named
from app.network.models import (
    COMMENT_SUBJECT,
    PERSONAL_KINDS,
    ZONE_KINDS,
    ColleagueFollow,
    FeedEvent,
    Follow,
    FollowLevel,
    Notification,
)
from app.network.notifications.kinds import kind_of

#: kinds brought to the managers of the audience
OVERSEEN_KINDS = (EventKind.UNLOCK_OPENED,)

#: the agents who work on the firm of an event; the domain of cases provides it
MembersProvider = Callable[[Session, FeedEvent], Iterable[int]]

#: the providers that the domains above register
members: Slot[MembersProvider] = Slot("agents who work on a firm")

#: whether an agent reads an accompagnement of the firm of an event where somebody that they follow takes part; the domain of cases says it
reads_work_of_followed: Slot[Callable[[Session, Identity, FeedEvent], bool]] = Slot(
    "what is followed"
)


def list_candidates(session: Session, event_id: int) -> list[tuple[Identity, Reason]]:
    """Return the active, habilitated agents to notify, each with the strongest reason; never the event's author."""
    event = session.get(FeedEvent, event_id)
    if event is None:
        return []
    reasons = _reasons(session, event)
    reasons.pop(event.actor_id or 0, None)
    agents = session.scalars(select(Agent).where(Agent.id.in_(reasons), Agent.active))
    identities = identities_of(session, agents)
    return [
        (identity, reasons[identity.agent_id])
        for identity in identities
        if identity.agent_id is not None and identity.is_habilitated
    ]


def may_read(session: Session, identity: Identity, event_id: int, reason: Reason) -> bool:
    """Return whether the agent of the transaction may read the event: row-level security decides.

    Told because of a colleague, it says that this colleague works on the firm: they must read that too.
    """
    event = session.get(FeedEvent, event_id)
    if event is None or reason is not Reason.COLLEAGUE:
        return event is not None
    return all(reads(session, identity, event) for reads in reads_work_of_followed)


def notify(session: Session, event_id: int, recipients: list[tuple[int, Reason]]) -> None:
    """Write one notification for each of ``recipients``; those already written stay as they are, unless a text names the agent since."""
    if not recipients:
        return
    event = session.get_one(FeedEvent, event_id)
    rows = [
        {
            "agent_id": agent_id, "event_id": event_id, "reason": reason, "created_at": utcnow(),
            "kind": kind_of(event.kind, reason),
        }
        for agent_id, reason in recipients
    ]  # fmt: skip
    statement = insert(Notification)
    named = statement.excluded.reason == Reason.MENTIONED
    renewed = statement.on_conflict_do_update(
        index_elements=["agent_id", "event_id"],
        set_={"reason": Reason.MENTIONED, "kind": NoticeKind.MENTION, "read_at": None},
        where=named & (Notification.reason != Reason.MENTIONED),
    )
    session.execute(renewed, rows)


def _reasons(session: Session, event: FeedEvent) -> dict[int, Reason]:
    levels = {
        follow.agent_id: follow.level
        for follow in session.scalars(select(Follow).where(Follow.siren == event.siren))
    }
    if event.kind in PERSONAL_KINDS:
        return _concerned(event, levels)
    reasons: dict[int, Reason] = {}
    if event.kind in ZONE_KINDS:
        reasons.update(dict.fromkeys(_agents_of_zone(session, event), Reason.IN_ZONE))
    if event.kind in OVERSEEN_KINDS:
        reasons.update(dict.fromkeys(_managers_of_audience(session, event), Reason.OVERSEES))
    working = {agent_id for provider in members for agent_id in provider(session, event)}
    reasons.update(dict.fromkeys(_followers_of(session, working), Reason.COLLEAGUE))
    reasons.update(
        dict.fromkeys(
            (a for a, level in levels.items() if level == FollowLevel.ALL), Reason.FOLLOWED
        )
    )
    reasons.update(dict.fromkeys(working, Reason.MEMBER))
    # Agents who chose to hear less are notified only of events that name them.
    reasons = {
        agent: why
        for agent, why in reasons.items()
        if levels.get(agent, FollowLevel.ALL) == FollowLevel.ALL
    }
    reasons.update(_concerned(event, levels))
    reasons.update(_named(session, event, levels))
    return reasons


def _concerned(event: FeedEvent, levels: Mapping[int, FollowLevel]) -> dict[int, Reason]:
    """The agent that an event names, unless they want to hear nothing of the firm."""
    agent_id = event.details.get("agent_id")
    if not isinstance(agent_id, int) or levels.get(agent_id) == FollowLevel.NOTHING:
        return {}
    return {agent_id: Reason.CONCERNED}


def _named(
    session: Session, event: FeedEvent, levels: Mapping[int, FollowLevel]
) -> dict[int, Reason]:
    """Whom the comment of an event names, but those who want to hear nothing of the firm."""
    if event.subject_kind != COMMENT_SUBJECT or event.subject_id is None:
        return {}
    named = list_named(session, event.subject_id)
    wanted = (agent for agent in named if levels.get(agent) != FollowLevel.NOTHING)
    return dict.fromkeys(wanted, Reason.MENTIONED)


def _followers_of(session: Session, working: Collection[int]) -> Sequence[int]:
    """Who follows the accompagnements of those who work on the firm."""
    follows = select(ColleagueFollow.agent_id).where(
        ColleagueFollow.followed_id.in_(working), ColleagueFollow.level == FollowLevel.ALL
    )
    return session.scalars(follows).all() if working else ()


def _managers_of_audience(session: Session, event: FeedEvent) -> Iterable[int]:
    statement = select(Membership.agent_id).where(
        Membership.network_id == event.network_id, Membership.agent_id.in_(holders_of(Role.MANAGER))
    )
    return session.scalars(statement).all()


def _agents_of_zone(session: Session, event: FeedEvent) -> Iterable[int]:
    """Return the agents habilitated in the zone of the event, and for its nature if it has one."""
    statement = select(Habilitation.agent_id).join(Zone, Zone.code == Habilitation.zone_code)
    statement = statement.where(
        Habilitation.in_force(today()), Zone.departments.overlap(event.departments)
    )
    if event.nature is not None:
        statement = statement.where(Habilitation.natures.contains([event.nature]))
    return session.scalars(statement.distinct()).all()
