"""The register: habilitations and agents within reach, filtered, counted, page by page or whole for a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from app.accounts.models import AccountRole, Administration, Agent, agent_role
from app.core.access.identity import Identity, Role
from app.core.database.tables import LabelledEnum
from app.core.now import today
from app.core.web.pagination import PAGE_SIZE, Page, decode_cursor, encode_cursor
from app.habilitations import reach
from app.habilitations.agents.services import is_dormant
from app.habilitations.models import (
    Habilitation,
    HabilitationRequest,
    Membership,
    Network,
    RequestState,
    Zone,
)

SOON = 30
Row = TypeVar("Row", Habilitation, Agent)


class RightState(LabelledEnum):
    """Where a habilitation is; of an agent who sleeps, a right in force gives nothing."""

    IN_FORCE = "en_vigueur", "En vigueur"
    SUSPENDED = "suspendue", "Suspendue"
    ENDED = "finie", "Finie"
    WITHDRAWN = "retiree", "Retirée"


class AccountState(LabelledEnum):
    """Where an account is."""

    ACTIVE = "actif", "Actif"
    SUSPENDED = "suspendu", "Suspendu"
    CLOSED = "desactive", "Désactivé"


@dataclass(frozen=True, kw_only=True)
class RegisterFilter:
    """What the list keeps; ``None`` keeps all. ``ends_within``: days."""

    text: str = ""
    administration: Administration | None = None
    zone: str | None = None
    state: RightState | None = None
    ends_within: int | None = None


@dataclass(frozen=True, kw_only=True)
class AgentFilter:
    """What the list of accounts keeps; ``None`` keeps all."""

    text: str = ""
    administration: Administration | None = None
    state: AccountState | None = None
    role: Role | None = None


def state_of(right: Habilitation) -> RightState:
    """Where a habilitation, read with its agent, is today."""
    if right.withdrawn_at is not None:
        return RightState.WITHDRAWN
    if right.ends_on <= today():
        return RightState.ENDED
    return RightState.SUSPENDED if _gives_nothing(right.agent) else RightState.IN_FORCE


def account_state_of(agent: Agent) -> AccountState:
    """Where an account is today."""
    if not agent.active:
        return AccountState.CLOSED
    return AccountState.SUSPENDED if agent.is_dormant else AccountState.ACTIVE


def page_of_habilitations(
    session: Session, identity: Identity, wanted: RegisterFilter, cursor: str | None
) -> Page[Habilitation]:
    """Those that ``wanted`` keeps, the first to end first."""
    statement = select_habilitations(identity, wanted)
    after = decode_cursor(cursor, length=1)
    if after is not None and isinstance(after[0], int):
        end = select(Habilitation.ends_on).where(Habilitation.id == after[0]).scalar_subquery()
        place = tuple_(Habilitation.ends_on, Habilitation.id)
        return _page(session, statement, statement.where(place > tuple_(end, literal(after[0]))))
    return _page(session, statement, statement)


def page_of_agents(
    session: Session, identity: Identity, wanted: AgentFilter, cursor: str | None
) -> Page[Agent]:
    """The accounts that ``wanted`` keeps, in the order in which they were opened."""
    statement = select_agents(identity, wanted)
    after = decode_cursor(cursor, length=1)
    if after is not None and isinstance(after[0], int):
        return _page(session, statement, statement.where(Agent.id > after[0]))
    return _page(session, statement, statement)


def select_habilitations(identity: Identity, wanted: RegisterFilter) -> Select[Habilitation]:
    """The whole list, the first to end first."""
    statement = reach.habilitations(identity).join(Habilitation.agent)
    statement = statement.where(*_about(wanted.text, wanted.administration))
    if wanted.zone is not None:
        statement = statement.where(Habilitation.zone_code == wanted.zone)
    if wanted.state is not None:
        statement = statement.where(_is(wanted.state))
    if wanted.ends_within is not None:
        limit = today() + timedelta(days=wanted.ends_within)
        statement = statement.where(Habilitation.in_force(today()), Habilitation.ends_on <= limit)
    return statement.order_by(Habilitation.ends_on, Habilitation.id)


def select_agents(identity: Identity, wanted: AgentFilter) -> Select[Agent]:
    """The whole list of accounts."""
    statement = select(Agent).where(
        reach.within_reach(identity), *_about(wanted.text, wanted.administration)
    )
    match wanted.state:
        case AccountState.CLOSED:
            statement = statement.where(Agent.active.is_(False))
        case AccountState.SUSPENDED:
            statement = statement.where(Agent.active, is_dormant())
        case AccountState.ACTIVE:
            statement = statement.where(Agent.active, ~is_dormant())
    if wanted.role is not None:
        holders = select(agent_role.c.agent_id).join(AccountRole)
        statement = statement.where(
            Agent.id.in_(holders.where(AccountRole.name == wanted.role.value))
        )
    return statement.order_by(Agent.id)


def count_states(session: Session, identity: Identity) -> dict[str, int]:
    """How many rights are in force, end soon, sleep; how many requests wait, and how many of them ``identity`` may decide."""
    theirs = reach.agents_within_reach(identity)
    rights = select(func.count()).select_from(Habilitation).join(Habilitation.agent)
    rights = rights.where(Habilitation.agent_id.in_(theirs))
    soon = Habilitation.ends_on <= today() + timedelta(days=SOON)
    waiting = select(func.count()).where(
        HabilitationRequest.state == RequestState.PENDING, HabilitationRequest.agent_id.in_(theirs)
    )
    mine = (
        HabilitationRequest.requested_by != identity.agent_id,
        HabilitationRequest.agent_id != identity.agent_id,
    )
    return {
        "in_force": session.scalar(rights.where(_is(RightState.IN_FORCE))) or 0,
        "soon": session.scalar(rights.where(_is(RightState.IN_FORCE), soon)) or 0,
        "suspended": session.scalar(rights.where(_is(RightState.SUSPENDED))) or 0,
        "waiting": session.scalar(waiting) or 0,
        "to_decide": session.scalar(waiting.where(*mine)) or 0,
    }


def list_requests(
    session: Session, identity: Identity, *, pending: bool, limit: int = 200
) -> Sequence[HabilitationRequest]:
    """The requests that wait, the first asked first; or those decided, the last decided first."""
    statement = reach.requests(identity)
    if pending:
        statement = statement.where(HabilitationRequest.state == RequestState.PENDING)
        order = (HabilitationRequest.requested_at, HabilitationRequest.id)
        return session.scalars(statement.order_by(*order).limit(limit)).all()
    statement = statement.where(HabilitationRequest.state != RequestState.PENDING)
    last = (HabilitationRequest.decided_at.desc(), HabilitationRequest.id.desc())
    return session.scalars(statement.order_by(*last).limit(limit)).all()


def list_rights_of(session: Session, identity: Identity, agent: Agent) -> Sequence[Habilitation]:
    """Every habilitation an agent had, the last first."""
    statement = reach.habilitations(identity).where(Habilitation.agent_id == agent.id)
    return session.scalars(statement.order_by(Habilitation.id.desc())).all()


def list_requests_of(
    session: Session, identity: Identity, agent: Agent
) -> Sequence[HabilitationRequest]:
    """Every request about an agent, the last first."""
    statement = reach.requests(identity).where(HabilitationRequest.agent_id == agent.id)
    return session.scalars(statement.order_by(HabilitationRequest.id.desc())).all()


def list_zones(session: Session) -> Sequence[Zone]:
    """The zones, by kind then by label."""
    kind = func.array_position(
        ["france", "region", "departement", "ensemble", "ancienne_region"], Zone.kind
    )
    return session.scalars(select(Zone).order_by(kind, Zone.label, Zone.code)).all()


def agents_as_lines(
    session: Session, identity: Identity, wanted: AgentFilter
) -> Iterator[tuple[object, ...]]:
    """What an import reads: a line for each right in force of each active agent, or one without rights."""
    agents = session.scalars(select_agents(identity, wanted).where(Agent.active)).all()
    networks: dict[int, list[str]] = {}
    members = select(Membership.agent_id, Network.code).join(Network).where(Network.is_active)
    for agent_id, code in session.execute(members.order_by(Network.position)).all():
        networks.setdefault(agent_id, []).append(code)
    rights: dict[int, list[Habilitation]] = {}
    for right in session.scalars(
        reach.habilitations(identity).where(Habilitation.in_force(today()))
    ):
        rights.setdefault(right.agent_id, []).append(right)
    for agent in agents:
        who = (agent.email, agent.first_name, agent.last_name, agent.administration.value)
        held = "|".join(networks.get(agent.id, []))
        for right in rights.get(agent.id, []):
            yield (
                *who,
                agent.job_title,
                right.zone_code,
                "|".join(right.natures),
                held,
                right.ends_on,
            )
        if agent.id not in rights:
            yield (*who, agent.job_title, None, None, held, None)


def _page(session: Session, whole: Select[Row], rest: Select[Row]) -> Page[Row]:
    total = session.scalar(select(func.count()).select_from(whole.order_by(None).subquery())) or 0
    rows = session.scalars(rest.limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    more = encode_cursor([shown[-1].id]) if len(rows) > PAGE_SIZE else None
    return Page(shown, more, total)


def _about(text: str, administration: Administration | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if text:
        name = Agent.first_name + " " + Agent.last_name
        conditions.append(
            or_(name.icontains(text, autoescape=True), Agent.email.icontains(text, autoescape=True))
        )
    if administration is not None:
        conditions.append(Agent.administration == administration)
    return conditions


def _is(state: RightState) -> ColumnElement[bool]:
    in_force = Habilitation.in_force(today())
    asleep = or_(is_dormant(), Agent.active.is_(False))
    match state:
        case RightState.WITHDRAWN:
            return Habilitation.withdrawn_at.is_not(None)
        case RightState.ENDED:
            ended: date = today()
            return Habilitation.withdrawn_at.is_(None) & (Habilitation.ends_on <= ended)
        case RightState.SUSPENDED:
            return in_force & asleep
    return in_force & ~asleep


def _gives_nothing(agent: Agent) -> bool:
    return not agent.active or agent.is_dormant
