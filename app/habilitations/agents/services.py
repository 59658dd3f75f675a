"""The accounts of agents: whether they are active, and the suspension of dormant ones."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import DORMANT_AFTER, Agent
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import utcnow
from app.habilitations.policies import NOT_ONESELF
from app.habilitations.queries import last_active_at
from app.habilitations.rights.services import rights_changed
from app.habilitations.roles.services import require_administrator


def set_active(session: Session, identity: Identity, agent: Agent, *, active: bool) -> None:
    """Open or close an account. Reserved to administrateurs, never on their own account."""
    require_administrator(identity, agent)
    if agent.active == active:
        return
    agent.active = active
    if active:
        agent.reactivated_at, agent.suspended_at = utcnow(), None
    _switched(session, identity, agent, change="activated" if active else "deactivated")


def reactivate(session: Session, identity: Identity, agent: Agent) -> None:
    """Reactivate a dormant account: a colleague of the same administration confirms that the agent still needs it."""
    if identity.agent_id == agent.id:
        raise DomainError(NOT_ONESELF)
    if not agent.is_dormant:
        raise DomainError("Ce compte n’est pas suspendu.")
    agent.reactivated_at, agent.suspended_at = utcnow(), None
    _switched(session, identity, agent, change="reactivated")


def suspend_dormant(session: Session, identity: Identity) -> Sequence[Agent]:
    """Suspend the accounts that nobody has used for `DORMANT_AFTER`, and end their sessions; return their agents."""
    dormant = session.scalars(
        select(Agent)
        .where(Agent.active, Agent.suspended_at.is_(None))
        .where(last_active_at() <= utcnow() - DORMANT_AFTER)
        .order_by(Agent.id)
        .with_for_update(skip_locked=True)
    ).all()
    for agent in dormant:
        agent.suspended_at = utcnow()
        _switched(session, identity, agent, change="suspended")
    return dormant


def list_soon_dormant(session: Session, *, within: timedelta) -> Sequence[Agent]:
    """The active accounts that will be suspended ``within`` this time unless somebody signs in to them."""
    moment = utcnow() - DORMANT_AFTER
    return session.scalars(
        select(Agent)
        .where(Agent.active, Agent.suspended_at.is_(None))
        .where(last_active_at() > moment, last_active_at() <= moment + within)
        .order_by(Agent.id)
    ).all()


def _switched(session: Session, identity: Identity, agent: Agent, *, change: str) -> None:
    session.flush()
    journal.record(session, identity, journal.Event.ACCOUNT_SWITCHED, agent=agent.id, change=change)
    rights_changed(session, identity, agent.id, why=change)
