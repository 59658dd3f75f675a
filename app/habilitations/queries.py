"""From an account to the rights in force today."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.accounts.models import DORMANT_AFTER, AccountRole, Agent, agent_role
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Nature, Role
from app.core.access.permissions import ON_FIRMS
from app.core.database.tables import current_day, current_moment
from app.core.now import today
from app.core.slots import Slot
from app.habilitations.models import Department, Habilitation, Membership, Network, Zone

# What acts open to an agent in addition to habilitations. Each is part of the statement that reads an identity, is correlated
# to the `Agent` of its row, and is read with the system's rights.
#: ``case_id`` and ``siren`` of the open accompagnements the agent takes part in, or left lately and still reads (``is_former``)
open_cases: Slot[Callable[[], Select[int, str, bool]]] = Slot("open accompagnements of an agent")
#: ``siren`` of the firms of the zone whose confidential data the agent unlocked
unlocked_firms: Slot[Callable[[], Select[str]]] = Slot("firms that an agent unlocked")


def identity_of(session: Session, agent: Agent, *, on: date | None = None) -> Identity:
    """The identity of ``agent`` with the habilitations in force on a day (today by default): expired or withdrawn ones give nothing.

    Read with the system's rights: what an agent may read does not depend on who asks. A dormant
    account keeps its own pages and nothing else.
    """
    (identity,) = identities_of(session, [agent], on=on)
    return identity


def identities_of(
    session: Session, agents: Iterable[Agent], *, on: date | None = None
) -> list[Identity]:
    """`identity_of` each of ``agents``, in the same order, in one statement."""
    agent_ids = [agent.id for agent in agents]
    with reading_as_system(session, reason="Droits d’agents") as connection:
        rows = connection.execute(_agents(on or today()).where(Agent.id.in_(agent_ids))).all()
    identities = {row.agent_id: identity_from(row) for row in rows}
    return [identities[agent_id] for agent_id in agent_ids]


def find_identity(connection: Connection, agent_id: int) -> Identity | None:
    """The identity of an agent whose account is open; ``connection`` must act for the system."""
    theirs = _agents(today()).where(Agent.id == agent_id, Agent.active)
    row = connection.execute(theirs).one_or_none()
    return None if row is None else identity_from(row)


def rights_columns(day: date | ColumnElement[date]) -> tuple[ColumnElement[Any], ...]:
    """What the `Agent` of a row may do and read on a day: what `identity_from` needs besides their id and name."""
    return (
        is_dormant().label("is_dormant"),
        _gathered(_roles()).label("roles"),
        _gathered(_networks()).label("networks"),
        _gathered(_rights(day)).label("rights"),
        _gathered(open_cases.only()).label("cases"),
        _gathered(unlocked_firms.only()).label("unlocked"),
    )


@cache
def rights_columns_today() -> tuple[ColumnElement[Any], ...]:
    """`rights_columns` on the day of each execution, built once."""
    return rights_columns(current_day())


def identity_from(row: Row[Any]) -> Identity:
    """The identity built from a row of ``agent_id``, ``agent_name`` and `rights_columns`."""
    rights = [] if row.is_dormant else row.rights
    cases, unlocked = (row.cases, row.unlocked) if rights else ([], [])
    roles = [Role.AGENT] if row.is_dormant else [Role(role["name"]) for role in row.roles]
    own = [network["id"] for network in row.networks if not network["is_codefi"]]
    return Identity(
        agent_id=row.agent_id,
        name=row.agent_name,
        roles=frozenset(roles),
        network_ids=tuple(network["id"] for network in row.networks),
        own_network_id=own[0] if own else None,
        departments=_zone(right["departments"] for right in rights),
        zones={
            nature: _zone(right["departments"] for right in rights if nature in right["natures"])
            for nature in Nature
        },
        case_ids=tuple(case["case_id"] for case in cases if not case["is_former"]),
        case_sirens=tuple(sorted({case["siren"] for case in cases if not case["is_former"]})),
        former_case_ids=_left(cases),
        unlocked_sirens=tuple(sorted({unlock["siren"] for unlock in unlocked})),
    )


def _left(cases: Iterable[dict[str, Any]]) -> tuple[int, ...]:
    """The accompagnements that the agent left and still reads; not those that they are back in."""
    left = {case["case_id"] for case in cases if case["is_former"]}
    return tuple(sorted(left - {case["case_id"] for case in cases if not case["is_former"]}))


def _agents(day: date) -> Select[*tuple[Any, ...]]:
    name = Agent.full_name.label("agent_name")
    return select(Agent.id.label("agent_id"), name, *rights_columns(day))


def _gathered(statement: Select[*tuple[Any, ...]]) -> ColumnElement[list[dict[str, Any]]]:
    """The rows of a statement correlated to the `Agent` of a row, as a single JSON value: ``[{column: value}]``."""
    rows = statement.correlate(Agent).subquery()
    gathered = func.jsonb_agg(func.to_jsonb(rows.table_valued()), type_=JSONB)
    return select(func.coalesce(gathered, func.jsonb_build_array())).scalar_subquery()


def _rights(day: date | ColumnElement[date]) -> Select[list[str], list[str]]:
    return (
        select(Habilitation.natures, Zone.departments)
        .join(Zone, Zone.code == Habilitation.zone_code)
        .where(Habilitation.agent_id == Agent.id, Habilitation.in_force(day))
    )


def _networks() -> Select[int, bool]:
    return (
        select(Network.id, Network.is_codefi)
        .join(Membership, Membership.network_id == Network.id)
        .where(Membership.agent_id == Agent.id, Network.is_active)
        .order_by(Network.position)
    )


def _roles() -> Select[str]:
    return (
        select(AccountRole.name)
        .join(agent_role, agent_role.c.role_id == AccountRole.id)
        .where(agent_role.c.agent_id == Agent.id)
    )


def _zone(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({code for part in parts for code in part}))


def list_departments(session: Session) -> Sequence[Row[str, str]]:
    """Code and label of the départements and of the collectivities treated as such, by code: rows, as pages read them all."""
    return session.execute(
        select(Department.code, Department.label).order_by(Department.code)
    ).all()


def list_audiences(session: Session, identity: Identity) -> Sequence[Network]:
    """The networks the agent may write to: their own, including CODEFI if they belong to it."""
    return session.scalars(
        select(Network).where(Network.id.in_(identity.network_ids)).order_by(Network.position)
    ).all()


def is_at_work() -> ColumnElement[bool]:
    """SQL condition: the `Agent` of the row works on firms: an account open and not dormant, a role on firms, a habilitation in force.

    Only the system reads all of it of somebody else.
    """
    on_firms = [role.value for role in ON_FIRMS]
    held = select(agent_role.c.agent_id).join(AccountRole, AccountRole.id == agent_role.c.role_id)
    has_role = held.where(agent_role.c.agent_id == Agent.id, AccountRole.name.in_(on_firms))
    has_right = exists().where(
        Habilitation.agent_id == Agent.id, Habilitation.in_force(current_day())
    )
    return and_(Agent.active, ~is_dormant(), has_role.correlate(Agent).exists(), has_right)


def last_active_at() -> ColumnElement[datetime]:
    """`Agent.last_active_at`, in SQL."""
    return func.greatest(Agent.created_at, Agent.last_signed_in_at, Agent.reactivated_at)


def is_dormant() -> ColumnElement[bool]:
    """`Agent.is_dormant`, in SQL."""
    return Agent.suspended_at.is_not(None) | (last_active_at() <= current_moment() - DORMANT_AFTER)
