"""Reading accounts within reach: filtered, page by page, or in full for a file."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.models import Administration, Agent
from app.accounts.queries import holders_of
from app.core.access.identity import Identity, Role
from app.core.database.keyset import Page, page_of
from app.core.now import today
from app.core.text.labelled import LabelledEnum
from app.habilitations import reach
from app.habilitations.models import (
    Habilitation,
    Membership,
    Network,
)
from app.habilitations.queries import is_dormant


class AccountState(LabelledEnum):
    """The state of an account."""

    ACTIVE = "actif", "Actif"
    SUSPENDED = "suspendu", "Suspendu"
    CLOSED = "desactive", "Désactivé"


@dataclass(frozen=True, kw_only=True)
class AgentFilter:
    """Which accounts the list shows; ``None`` filters nothing."""

    text: str = ""
    administration: Administration | None = None
    state: AccountState | None = None
    role: Role | None = None


def account_state_of(agent: Agent) -> AccountState:
    """The state of an account today."""
    if not agent.active:
        return AccountState.CLOSED
    return AccountState.SUSPENDED if agent.is_dormant else AccountState.ACTIVE


def page_of_agents(
    session: Session, identity: Identity, wanted: AgentFilter, cursor: str | None
) -> Page[Agent]:
    """A page of the accounts selected by ``wanted``, in the order in which they were opened."""
    statement = select_agents(identity, wanted)
    return page_of(session, statement, key=[Agent.id], cursor=cursor).scalars()


def select_agents(identity: Identity, wanted: AgentFilter) -> Select[Agent]:
    """All the accounts selected by ``wanted``."""
    statement = select(Agent).where(
        reach.within_reach(identity), *reach.about(wanted.text, wanted.administration)
    )
    match wanted.state:
        case AccountState.CLOSED:
            statement = statement.where(Agent.active.is_(False))
        case AccountState.SUSPENDED:
            statement = statement.where(Agent.active, is_dormant())
        case AccountState.ACTIVE:
            statement = statement.where(Agent.active, ~is_dormant())
    if wanted.role is not None:
        statement = statement.where(Agent.id.in_(holders_of(wanted.role)))
    return statement.order_by(Agent.id)


def agents_as_lines(
    session: Session, identity: Identity, wanted: AgentFilter
) -> Iterator[tuple[object, ...]]:
    """Lines that can be imported again: one per right in force of each active agent, or one without rights."""
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
