"""The accounts of agents: their roles, whether they are active, and the suspension of dormant ones."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.accounts.models import DORMANT_AFTER, AccountRole, Agent, agent_role
from app.core import journal
from app.core.access.identity import Identity, Role
from app.core.errors import DomainError
from app.core.now import utcnow
from app.habilitations import reach
from app.habilitations.policies import NOT_ONESELF
from app.habilitations.queries import last_active_at
from app.habilitations.rights.services import rights_changed

ADMINISTRATOR_ONLY = "Seul un administrateur peut faire cela."


def set_roles(session: Session, identity: Identity, agent: Agent, roles: Collection[Role]) -> None:
    """Give an account exactly these roles. Reserved to administrateurs, never on their own account."""
    _require_administrator(identity, agent)
    if not roles:
        raise DomainError("Un compte a au moins un rôle.", field="roles")
    before = reach.list_roles(session, agent)
    after = [role for role in Role if role in roles]
    if before == after:
        return
    role_ids = {role.name: role.id for role in session.scalars(select(AccountRole))}
    lost = [role_ids[role] for role in before if role not in after]
    session.execute(
        delete(agent_role).where(agent_role.c.agent_id == agent.id, agent_role.c.role_id.in_(lost))
    )
    for role in after:
        if role not in before:
            session.execute(insert(agent_role).values(agent_id=agent.id, role_id=role_ids[role]))
    journal.record(
        session, identity, journal.Event.ROLES_CHANGED, agent=agent.id, before=before, after=after
    )
    rights_changed(session, identity, agent.id, why="rôles modifiés")


def set_active(session: Session, identity: Identity, agent: Agent, *, active: bool) -> None:
    """Open or close an account. Reserved to administrateurs, never on their own account."""
    _require_administrator(identity, agent)
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


def _require_administrator(identity: Identity, agent: Agent) -> None:
    if identity.agent_id == agent.id:
        raise DomainError(NOT_ONESELF)
    if not (identity.is_system or identity.has_role(Role.ADMINISTRATEUR)):
        raise DomainError(ADMINISTRATOR_ONLY)
