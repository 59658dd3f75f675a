"""Reading requests for rights: pending ones, decided ones, those about one agent."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.access.identity import Identity
from app.habilitations import reach
from app.habilitations.models import (
    HabilitationRequest,
    Network,
    RequestState,
)


def list_requests(
    session: Session, identity: Identity, *, pending: bool, limit: int = 200
) -> Sequence[HabilitationRequest]:
    """The pending requests, oldest first, or the decided ones, most recently decided first."""
    statement = reach.requests(identity)
    if pending:
        statement = statement.where(HabilitationRequest.state == RequestState.PENDING)
        order = (HabilitationRequest.requested_at, HabilitationRequest.id)
        return session.scalars(statement.order_by(*order).limit(limit)).all()
    statement = statement.where(HabilitationRequest.state != RequestState.PENDING)
    latest = (HabilitationRequest.decided_at.desc(), HabilitationRequest.id.desc())
    return session.scalars(statement.order_by(*latest).limit(limit)).all()


def list_requests_of(
    session: Session, identity: Identity, agent: Agent
) -> Sequence[HabilitationRequest]:
    """Every request about an agent, latest first."""
    statement = reach.requests(identity).where(HabilitationRequest.agent_id == agent.id)
    return session.scalars(statement.order_by(HabilitationRequest.id.desc())).all()


def labels_of_networks(session: Session, request: HabilitationRequest) -> list[str]:
    """The networks that a request asks to enter, as people call them, in their order."""
    asked = select(Network.label).where(Network.code.in_(request.networks))
    return list(session.scalars(asked.order_by(Network.position, Network.id)))
