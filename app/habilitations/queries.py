"""From an account to the rights in force today."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.models import AccountRole, Agent, agent_role
from app.core.elevation import reading_as_system
from app.core.identity import Identity, Nature, Role
from app.core.now import today
from app.habilitations.models import Department, Habilitation, Membership, Network

#: `(case_id, siren)` of the open accompagnements an agent takes part in; the domain of cases provides it
ReachProvider = Callable[[Session, int], Sequence[tuple[int, str]]]

_reach_providers: list[ReachProvider] = []


def extend_reach(provider: ReachProvider) -> None:
    """Add to every identity what ``provider`` opens beyond its zone."""
    if provider not in _reach_providers:
        _reach_providers.append(provider)


def identity_of(session: Session, agent: Agent, *, on: date | None = None) -> Identity:
    """The identity of ``agent`` with the habilitations in force on a day (today): expired or withdrawn ones give nothing."""
    # Nobody's rights are known yet, or those of somebody else are: the rows they are made of are read apart.
    with reading_as_system(session, reason="Identité"):
        return _identity_of(session, agent, on or today())


def _identity_of(session: Session, agent: Agent, day: date) -> Identity:
    rights = [] if agent.is_dormant else _rights_in_force(session, agent.id, day)
    networks = session.scalars(
        select(Network)
        .join(Membership)
        .where(Membership.agent_id == agent.id, Network.is_active)
        .order_by(Network.position)
    ).all()
    own = next((network for network in networks if not network.is_codefi), None)
    reach = [pair for provider in _reach_providers for pair in provider(session, agent.id)]
    if not rights:
        reach = []
    return Identity(
        agent_id=agent.id,
        name=agent.full_name,
        roles=_roles_of(session, agent),
        network_ids=tuple(network.id for network in networks),
        own_network_id=own.id if own else None,
        departments=tuple(sorted(_departments_of(rights))),
        natures=_natures_of(rights),
        case_ids=tuple(case_id for case_id, _ in reach),
        case_sirens=tuple(sorted({siren for _, siren in reach})),
    )


def _roles_of(session: Session, agent: Agent) -> frozenset[Role]:
    """The roles of the account; asleep, it keeps its own page and nothing else."""
    theirs = select(AccountRole).join(agent_role).where(agent_role.c.agent_id == agent.id)
    # Libraries read `agent.roles` too; read before anybody was known, they would be none.
    set_committed_value(agent, "roles", list(session.scalars(theirs)))
    if agent.is_dormant:
        return frozenset({Role.AGENT})
    return frozenset(Role(role.name) for role in agent.roles)


def _natures_of(rights: Sequence[Habilitation]) -> frozenset[Nature]:
    """The natures held in every département of the zone.

    An identity has one zone and one set of natures: a nature held on a part of the zone only would
    otherwise be read on the whole of it.
    """
    zone = _departments_of(rights)
    return frozenset(
        nature
        for nature in Nature
        if zone and zone == _departments_of(right for right in rights if nature in right.natures)
    )


def _departments_of(rights: Iterable[Habilitation]) -> set[str]:
    return {code for right in rights for code in right.zone.departments}


def list_rights(session: Session, identity: Identity) -> Sequence[Habilitation]:
    """The habilitations in force of the agent, the first to expire first."""
    return _rights_in_force(session, identity.agent_id, today())


def list_departments(session: Session) -> Sequence[Department]:
    """The départements and the collectivities that take their place, by code."""
    return session.scalars(select(Department).order_by(Department.code)).all()


def list_audiences(session: Session, identity: Identity) -> Sequence[Network]:
    """The circles the agent may write to: their own networks, CODEFI included if they belong to it."""
    return session.scalars(
        select(Network).where(Network.id.in_(identity.network_ids)).order_by(Network.position)
    ).all()


def _rights_in_force(session: Session, agent_id: int | None, day: date) -> Sequence[Habilitation]:
    return session.scalars(
        select(Habilitation)
        .where(
            Habilitation.agent_id == agent_id,
            Habilitation.in_force(day),
        )
        .options(joinedload(Habilitation.zone))
        .order_by(Habilitation.ends_on)
    ).all()
