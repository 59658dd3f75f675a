"""Reading requests for roles: those that wait for whoever asks, those decided, those of an agent; and who may decide."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Administration, Agent
from app.accounts.queries import holders_of
from app.core.access.identity import Identity, Role
from app.core.errors import NotFoundError
from app.habilitations.models import RequestState
from app.habilitations.policies import may_decide
from app.habilitations.roles.models import RoleRequest

#: how many of the latest decisions the page shows
SHOWN = 25


def get_request(session: Session, identity: Identity, role_request_id: int) -> RoleRequest:
    """A request that the acting agent answers for; raise `NotFoundError` if there is none."""
    request = session.scalar(_within_reach(identity).where(RoleRequest.id == role_request_id))
    if request is None:
        raise NotFoundError
    return request


def list_waiting(session: Session, identity: Identity) -> Sequence[RoleRequest]:
    """The pending requests that the acting agent may decide on, oldest first."""
    pending = _within_reach(identity).where(RoleRequest.state == RequestState.PENDING)
    found = session.scalars(pending.order_by(RoleRequest.id)).all()
    return [request for request in found if may_decide(identity, request)]


def list_decided(session: Session, identity: Identity) -> Sequence[RoleRequest]:
    """The latest decisions, newest first."""
    decided = _within_reach(identity).where(RoleRequest.state != RequestState.PENDING)
    latest = (RoleRequest.decided_at.desc(), RoleRequest.id.desc())
    return session.scalars(decided.order_by(*latest).limit(SHOWN)).all()


def list_pending_of(session: Session, agent: Agent) -> Sequence[RoleRequest]:
    """The requests about an agent that wait for a decision."""
    pending = (RoleRequest.agent_id == agent.id, RoleRequest.state == RequestState.PENDING)
    return session.scalars(_requests().where(*pending).order_by(RoleRequest.id)).all()


def list_deciders(session: Session, request: RoleRequest) -> Sequence[Agent]:
    """Who may decide on a request today: neither asks nor holds it, and signs in. ``session`` must act for the system."""
    administration = session.scalar(
        select(Agent.administration).where(Agent.id == request.agent_id)
    )
    answering = or_(
        Agent.id.in_(holders_of(Role.CONTROLEUR)), _correspondants(request.role, administration)
    )
    people = select(Agent).where(
        Agent.active, Agent.id.not_in([request.agent_id, request.requested_by]), answering
    )
    return [agent for agent in session.scalars(people.order_by(Agent.id)) if not agent.is_dormant]


def _correspondants(role: Role, administration: Administration | None) -> ColumnElement[bool]:
    if role is not Role.CORRESPONDANT:
        return false()
    theirs = Agent.administration == administration
    return and_(theirs, Agent.id.in_(holders_of(Role.CORRESPONDANT)))


def _within_reach(identity: Identity) -> Select[RoleRequest]:
    """What a controleur answers for: everything; a correspondant: who becomes one in their administration; others, nothing."""
    return _requests().join(Agent, Agent.id == RoleRequest.agent_id).where(_answers_for(identity))


def _answers_for(identity: Identity) -> ColumnElement[bool]:
    if identity.has_role(Role.CONTROLEUR):
        return true()
    if not identity.has_role(Role.CORRESPONDANT):
        return false()
    own = select(Agent.administration).where(Agent.id == identity.agent_id).scalar_subquery()
    return and_(RoleRequest.role == Role.CORRESPONDANT, Agent.administration == own)


def _requests() -> Select[RoleRequest]:
    people = (RoleRequest.agent, RoleRequest.requester, RoleRequest.decider)
    return select(RoleRequest).options(*map(joinedload, people))
