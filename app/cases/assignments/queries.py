"""Read whom firms are given to, and to whom they may be given."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Agent
from app.cases.assignments.models import FirmAssignment
from app.core.access.identity import Identity
from app.habilitations.models import Membership

#: colleagues offered: a network of more is not a team
OFFERED = 300


def list_colleagues(session: Session, identity: Identity) -> Sequence[Agent]:
    """Return the active members of the agent's own network, the agent included, by name."""
    mine = select(Membership.agent_id).where(Membership.network_id == identity.own_network_id)
    statement = select(Agent).where(Agent.id.in_(mine), Agent.active, Agent.suspended_at.is_(None))
    order = (Agent.last_name, Agent.first_name, Agent.id)
    return session.scalars(statement.order_by(*order).limit(OFFERED)).all()


def list_in_force(
    session: Session, _identity: Identity, sirens: Sequence[str]
) -> Sequence[FirmAssignment]:
    """Return to whom some firms are given."""
    statement = select(FirmAssignment).options(joinedload(FirmAssignment.agent))
    these = (FirmAssignment.siren.in_(sirens), FirmAssignment.ended_at.is_(None))
    return session.scalars(statement.where(*these)).all()


def is_given(_identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition of a mark: the firm of the row is given to somebody."""
    return exists().where(FirmAssignment.siren == siren, FirmAssignment.ended_at.is_(None))


def is_given_to_me(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition of a mark: the firm of the row is given to whoever reads."""
    mine = FirmAssignment.agent_id == identity.agent_id
    return exists().where(FirmAssignment.siren == siren, FirmAssignment.ended_at.is_(None), mine)
