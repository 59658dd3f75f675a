"""The accounts of agents: their roles, whether they are active, and the sleep of those that nobody uses."""

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
    """Give an account these roles and no other. An administrateur does it, never on their own account."""
    _demand_administrator(identity, agent)
    if not roles:
        raise DomainError("Un compte a au moins un rôle.", field="roles")
    before = reach.list_roles(session, agent)
    after = [role for role in Role if role in roles]
    if before == after:
        return
    numbers = {role.name: role.id for role in session.scalars(select(AccountRole))}
    lost = [numbers[role] for role in before if role not in after]
    session.execute(
        delete(agent_role).where(agent_role.c.agent_id == agent.id, agent_role.c.role_id.in_(lost))
    )
    for role in after:
        if role not in before:
            given = insert(agent_role).values(agent_id=agent.id, role_id=numbers[role])
            session.execute(given)
    journal.record(
        session, identity, journal.Event.ROLES_CHANGED, agent=agent.id, before=before, after=after
    )
    rights_changed(session, identity, agent.id, why="rôles modifiés")


def set_active(session: Session, identity: Identity, agent: Agent, *, active: bool) -> None:
    """Open or close an account. An administrateur does it, never on their own account."""
    _demand_administrator(identity, agent)
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
    """Mark the accounts that nobody used for `DORMANT_AFTER`, and end their sessions; return them."""
    asleep = session.scalars(
        select(Agent)
        .where(Agent.active, Agent.suspended_at.is_(None))
        .where(last_active_at() <= utcnow() - DORMANT_AFTER)
        .order_by(Agent.id)
        .with_for_update(skip_locked=True)
    ).all()
    for agent in asleep:
        agent.suspended_at = utcnow()
        _switched(session, identity, agent, change="suspended")
    return asleep


def list_falling_asleep(session: Session, *, within: timedelta) -> Sequence[Agent]:
    """The active accounts that will be suspended ``within`` this time if nobody signs in."""
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


def _demand_administrator(identity: Identity, agent: Agent) -> None:
    if identity.agent_id == agent.id:
        raise DomainError(NOT_ONESELF)
    if not (identity.is_system or identity.has_role(Role.ADMINISTRATEUR)):
        raise DomainError(ADMINISTRATOR_ONLY)
