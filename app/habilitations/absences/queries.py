"""Read who is away, until when, and whom to see meanwhile."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Agent
from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.core.now import today
from app.habilitations.absences.models import Absence
from app.habilitations.models import Membership, Network

#: colleagues offered as delegates
OFFERED = 300


def find_declared(session: Session, agent_id: int | None) -> Absence | None:
    """Return the absence of an agent that is not over, begun or not, with its delegate."""
    declared = select(Absence).where(Absence.agent_id == agent_id, Absence.cancelled_at.is_(None))
    declared = declared.where(Absence.ends_on >= today())
    return session.scalar(declared.options(joinedload(Absence.delegate)))


def find_absences(session: Session, agent_ids: Collection[int]) -> dict[int, Absence]:
    """Return those of some agents who are away today, with the delegate of each."""
    if not agent_ids:
        return {}
    away = select(Absence).where(Absence.agent_id.in_(agent_ids), is_away())
    rows = session.scalars(away.options(joinedload(Absence.delegate)))
    return {absence.agent_id: absence for absence in rows}


def is_away() -> ColumnElement[bool]:
    """SQL condition: the absence of the row is of today."""
    day = today()
    return Absence.cancelled_at.is_(None) & (Absence.starts_on <= day) & (Absence.ends_on >= day)


def list_delegates(session: Session, agent_id: int) -> Sequence[Agent]:
    """Return the active colleagues of an agent, by name: the members of their networks but CODEFI."""
    own = select(Membership.network_id).join(Network, Network.id == Membership.network_id)
    own = own.where(Membership.agent_id == agent_id, ~Network.is_codefi)
    theirs = select(Membership.agent_id).where(Membership.network_id.in_(own))
    statement = select(Agent).where(Agent.id.in_(theirs), Agent.id != agent_id)
    statement = statement.where(Agent.active, Agent.suspended_at.is_(None))
    order = (Agent.last_name, Agent.first_name, Agent.id)
    return session.scalars(statement.order_by(*order).limit(OFFERED)).all()


def get_colleague(session: Session, identity: Identity, agent_id: int) -> Agent:
    """Return somebody else of the agent's administration; raise `NotFoundError`."""
    mine = select(Agent.administration).where(Agent.id == identity.agent_id).scalar_subquery()
    colleague = (Agent.id == agent_id, Agent.id != identity.agent_id, Agent.administration == mine)
    agent = session.scalar(select(Agent).where(*colleague, Agent.active))
    if agent is None:
        raise NotFoundError
    return agent
