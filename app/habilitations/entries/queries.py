"""The requests to enter a network, for whoever made them and for whoever decides."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Agent
from app.core.access.identity import Identity, Role
from app.core.errors import NotFoundError
from app.habilitations.models import Network, NetworkRequest, RequestState


def get_entry(session: Session, identity: Identity, network_request_id: int) -> NetworkRequest:
    """A request that the acting correspondant's administration decides on; raise `NotFoundError` if there is none."""
    entry = session.scalar(_to_decide(identity).where(NetworkRequest.id == network_request_id))
    if entry is None:
        raise NotFoundError
    return entry


def list_to_decide(session: Session, identity: Identity) -> Sequence[NetworkRequest]:
    """The pending requests to enter the networks of the acting correspondant's administration, oldest first."""
    pending = _to_decide(identity).where(NetworkRequest.state == RequestState.PENDING)
    return session.scalars(pending.order_by(NetworkRequest.id)).all()


def list_entries_of(
    session: Session, _identity: Identity, agent: Agent
) -> Sequence[NetworkRequest]:
    """Every request about an agent, latest first."""
    theirs = _entries().where(NetworkRequest.agent_id == agent.id)
    return session.scalars(theirs.order_by(NetworkRequest.id.desc())).all()


def _to_decide(identity: Identity) -> Select[NetworkRequest]:
    """None for an administrateur: they speak for no administration."""
    own = select(Agent.administration).where(Agent.id == identity.agent_id).scalar_subquery()
    decides = identity.has_role(Role.CORRESPONDANT)
    return (
        _entries()
        .join(Network, Network.id == NetworkRequest.network_id)
        .where(Network.administration == own if decides else NetworkRequest.id.is_(None))
    )


def _entries() -> Select[NetworkRequest]:
    people = (NetworkRequest.agent, NetworkRequest.requester, NetworkRequest.network)
    return select(NetworkRequest).options(*map(joinedload, people))
