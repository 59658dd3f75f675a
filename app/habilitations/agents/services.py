"""The accounts of agents: whether they are active, and the suspension of dormant ones."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import DORMANT_AFTER, Agent
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import is_within, utcnow
from app.habilitations import reach
from app.habilitations.models import DECIDING
from app.habilitations.policies import NOT_ONESELF
from app.habilitations.queries import last_active_at
from app.habilitations.rights.services import rights_changed
from app.habilitations.roles.services import require_administrator

#: how long whoever asks that an account be woken waits for somebody else
AGREED_FOR = timedelta(days=7)


def set_active(session: Session, identity: Identity, agent: Agent, *, active: bool) -> bool:
    """Open or close an account; whether it is done: one that decides is reopened by two people.

    Reserved to administrateurs, never on their own account.
    """
    require_administrator(identity, agent)
    if agent.active == active:
        return True
    if active and not _is_agreed(session, identity, agent):
        return False
    agent.active = active
    if active:
        _wake(agent)
    _switched(session, identity, agent, change="activated" if active else "deactivated")
    return True


def reactivate(session: Session, identity: Identity, agent: Agent) -> bool:
    """Reactivate a dormant account: a colleague of the same administration confirms that the agent still needs it.

    Return whether it is done: an account that decides on others’ rights is woken by two people.
    """
    if identity.agent_id == agent.id:
        raise DomainError(NOT_ONESELF)
    if not agent.is_dormant:
        raise DomainError("Ce compte n’est pas suspendu.")
    if not _is_agreed(session, identity, agent):
        return False
    _wake(agent)
    _switched(session, identity, agent, change="reactivated")
    return True


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


def _is_agreed(session: Session, identity: Identity, agent: Agent) -> bool:
    """Whether an account may be woken now; one that decides is asked for by whoever comes first, and woken by another."""
    if identity.is_system or not set(DECIDING) & set(reach.list_roles(session, agent)):
        return True
    asked_by, asked_at = agent.waking_asked_by, agent.waking_asked_at
    if asked_by not in (None, identity.agent_id) and asked_at and is_within(asked_at, AGREED_FOR):
        return True
    agent.waking_asked_by, agent.waking_asked_at = identity.agent_id, utcnow()
    session.flush()
    journal.record(
        session, identity, journal.Event.ACCOUNT_SWITCHED, agent=agent.id, change="waking_asked"
    )
    return False


def _wake(agent: Agent) -> None:
    agent.reactivated_at, agent.suspended_at = utcnow(), None
    agent.waking_asked_by = agent.waking_asked_at = None


def _switched(session: Session, identity: Identity, agent: Agent, *, change: str) -> None:
    session.flush()
    journal.record(session, identity, journal.Event.ACCOUNT_SWITCHED, agent=agent.id, change=change)
    rights_changed(session, identity, agent.id, why=change)
