"""From an account to the rights in force today."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import DORMANT_AFTER, AccountRole, Agent, agent_role
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Nature, Role
from app.core.now import today, utcnow
from app.habilitations.models import Department, Habilitation, Membership, Network, Zone


@dataclass(frozen=True, kw_only=True)
class Extension:
    """What acts open to an agent, on top of what their habilitations do."""

    #: ``(case_id, siren)`` of the open accompagnements the agent takes part in
    cases: Sequence[tuple[int, str]] = ()
    #: firms of the zone whose confidential data the agent unlocked
    unlocked: Sequence[str] = ()


#: reads what acts open to an agent, with the system's rights: it is read before theirs are known
ReachProvider = Callable[[Connection, int], Extension]

_reach_providers: list[ReachProvider] = []


def extend_reach(provider: ReachProvider) -> None:
    """Add to every identity what ``provider`` opens."""
    if provider not in _reach_providers:
        _reach_providers.append(provider)


def identity_of(session: Session, agent: Agent, *, on: date | None = None) -> Identity:
    """The identity of ``agent`` with the habilitations in force on a day (today): expired or withdrawn ones give nothing.

    Read with the system's rights: what an agent may read does not depend on who asks. An account
    asleep keeps its own pages and nothing else.
    """
    day, is_awake = on or today(), not agent.is_dormant
    with reading_as_system(session, reason="Droits d’un agent") as connection:
        rights = connection.execute(_rights(agent.id, day)).all() if is_awake else []
        networks = connection.execute(_networks(agent.id)).all()
        roles = connection.scalars(_roles(agent.id)).all() if is_awake else [Role.AGENT]
        reach = [provider(connection, agent.id) for provider in _reach_providers if rights]
    cases = [case for extension in reach for case in extension.cases]
    return Identity(
        agent_id=agent.id,
        name=agent.full_name,
        roles=frozenset(Role(role) for role in roles),
        network_ids=tuple(network.id for network in networks),
        own_network_id=next((network.id for network in networks if not network.is_codefi), None),
        departments=_zone(right.departments for right in rights),
        zones={
            nature: _zone(right.departments for right in rights if nature in right.natures)
            for nature in Nature
        },
        case_ids=tuple(case_id for case_id, _ in cases),
        case_sirens=tuple(sorted({siren for _, siren in cases})),
        unlocked_sirens=tuple(sorted({siren for part in reach for siren in part.unlocked})),
    )


def _rights(agent_id: int, day: date) -> Select[list[str], list[str]]:
    return (
        select(Habilitation.natures, Zone.departments)
        .join(Zone, Zone.code == Habilitation.zone_code)
        .where(Habilitation.agent_id == agent_id, Habilitation.in_force(day))
    )


def _networks(agent_id: int) -> Select[int, bool]:
    return (
        select(Network.id, Network.is_codefi)
        .join(Membership, Membership.network_id == Network.id)
        .where(Membership.agent_id == agent_id, Network.is_active)
        .order_by(Network.position)
    )


def _roles(agent_id: int) -> Select[str]:
    return (
        select(AccountRole.name)
        .join(agent_role, agent_role.c.role_id == AccountRole.id)
        .where(agent_role.c.agent_id == agent_id)
    )


def _zone(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({code for part in parts for code in part}))


def list_rights(session: Session, identity: Identity) -> Sequence[Habilitation]:
    """The habilitations in force of the agent, the first to expire first."""
    return session.scalars(
        select(Habilitation)
        .where(Habilitation.agent_id == identity.agent_id, Habilitation.in_force(today()))
        .options(joinedload(Habilitation.zone))
        .order_by(Habilitation.ends_on)
    ).all()


def list_departments(session: Session) -> Sequence[Department]:
    """The départements and the collectivities that take their place, by code."""
    return session.scalars(select(Department).order_by(Department.code)).all()


def list_audiences(session: Session, identity: Identity) -> Sequence[Network]:
    """The circles the agent may write to: their own networks, CODEFI included if they belong to it."""
    return session.scalars(
        select(Network).where(Network.id.in_(identity.network_ids)).order_by(Network.position)
    ).all()


def last_active_at() -> ColumnElement[datetime]:
    """`Agent.last_active_at`, in SQL."""
    return func.greatest(Agent.created_at, Agent.last_signed_in_at, Agent.reactivated_at)


def is_dormant() -> ColumnElement[bool]:
    """`Agent.is_dormant`, in SQL."""
    return Agent.suspended_at.is_not(None) | (last_active_at() <= utcnow() - DORMANT_AFTER)
