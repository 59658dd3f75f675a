"""Giving roles: at once those that decide on nobody's rights, the others after somebody else's decision."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.accounts.models import AccountRole, Agent, agent_role
from app.core import journal
from app.core.access.identity import Identity, Role
from app.core.errors import DomainError
from app.core.text.bounds import require_text
from app.habilitations import reach
from app.habilitations.models import DECIDING, RequestState
from app.habilitations.policies import NOT_ONESELF
from app.habilitations.rights import decisions
from app.habilitations.rights.services import rights_changed
from app.habilitations.roles import notices
from app.habilitations.roles.labels import role_names
from app.habilitations.roles.models import RoleRequest

ADMINISTRATOR_ONLY = "Seul un administrateur peut faire cela."
NO_ROLE = "Un compte a au moins un rôle."
KEEP_ONE = "Laissez-lui un rôle en attendant la décision."
EACH_OTHER = (
    "Cette personne a accepté une de vos demandes depuis moins de six mois : une troisième décide de la sienne. Demandez-le"
    " à un autre contrôleur."
)
WHY = "Ce rôle décide des droits des autres : dites à qui le donnera pourquoi l’agent en a besoin."


def set_roles(
    session: Session, identity: Identity, agent: Agent, roles: Collection[Role], *, reason: str
) -> Sequence[RoleRequest]:
    """Give an account exactly these roles, and ask for those that decide: they wait for somebody else, and are returned.

    Reserved to administrateurs, never on their own account. Raise `DomainError` for a request without a ``reason``,
    already waiting, or that nobody could decide on.
    """
    require_administrator(identity, agent)
    if not roles:
        raise DomainError(NO_ROLE, field="roles")
    before = reach.list_roles(session, agent)
    asked = [role for role in DECIDING if role in roles and role not in before]
    after = [role for role in Role if role in roles and role not in asked]
    if not after:
        raise DomainError(KEEP_ONE, field="roles")
    requests = [_ask(session, identity, agent, role, reason=reason) for role in asked]
    _replace(session, identity, agent, before, after)
    return requests


def appoint(session: Session, identity: Identity, agent: Agent, role: Role) -> bool:
    """Give a role from a command, for the first people of an instance or of an administration; return whether it is new."""
    before = reach.list_roles(session, agent)
    return _replace(session, identity, agent, before, [r for r in Role if r in {*before, role}])


def accept(session: Session, identity: Identity, request: RoleRequest) -> None:
    """Give the role. Raise `DomainError` for the requester, the agent, whoever they have just accepted for, or if too late."""
    request = decisions.locked(session, identity, request)
    if decisions.validates_each_other(session, identity, request):
        raise DomainError(EACH_OTHER)
    agent = session.get_one(Agent, request.agent_id)
    if not agent.active:
        raise DomainError("Ce compte est désactivé : refusez la demande.")
    before = reach.list_roles(session, agent)
    after = [role for role in Role if role in {*before, request.role}]
    _replace(session, identity, agent, before, after, role_request=request.id)
    decisions.settle(session, identity, request, RequestState.VALIDATED)
    notices.tell_decided(session, identity, request)


def refuse(session: Session, identity: Identity, request: RoleRequest, *, reason: str) -> None:
    """Refuse, with a reason. Raise `DomainError` for the requester, the agent, or if too late."""
    decisions.refuse(session, identity, request, reason=reason)
    journal.record(
        session, identity, journal.Event.ROLE_REFUSED, agent=request.agent_id, role=request.role,
        role_request=request.id,
    )  # fmt: skip
    notices.tell_decided(session, identity, request)


def require_administrator(identity: Identity, agent: Agent) -> None:
    """Raise `DomainError` unless the acting agent is an administrateur, and not on their own account."""
    if identity.agent_id == agent.id:
        raise DomainError(NOT_ONESELF)
    if not (identity.is_system or identity.has_role(Role.ADMINISTRATEUR)):
        raise DomainError(ADMINISTRATOR_ONLY)


def _ask(
    session: Session, identity: Identity, agent: Agent, role: Role, *, reason: str
) -> RoleRequest:
    request = RoleRequest(
        agent_id=agent.id,
        role=role,
        requested_by=decisions.require_asker(identity, agent),
        reason=require_text(reason, field="reason", absent=WHY),
    )
    already = f"Le rôle {role_names([role])} attend déjà une décision pour cet agent."
    decisions.write(session, request, already=DomainError(already, field="roles"))
    journal.record(
        session, identity, journal.Event.ROLE_ASKED, agent=agent.id, role=role,
        role_request=request.id,
    )  # fmt: skip
    notices.tell_asked(session, identity, request)
    return request


def _replace(
    session: Session, identity: Identity, agent: Agent, before: Sequence[Role],
    after: Sequence[Role], **journaled: Any,
) -> bool:  # fmt: skip
    if list(before) == list(after):
        return False
    role_ids = {role.name: role.id for role in session.scalars(select(AccountRole))}
    lost = [role_ids[role] for role in before if role not in after]
    session.execute(
        delete(agent_role).where(agent_role.c.agent_id == agent.id, agent_role.c.role_id.in_(lost))
    )
    for role in after:
        if role not in before:
            session.execute(insert(agent_role).values(agent_id=agent.id, role_id=role_ids[role]))
    journal.record(
        session, identity, journal.Event.ROLES_CHANGED, agent=agent.id, before=before, after=after,
        **journaled,
    )  # fmt: skip
    rights_changed(session, identity, agent.id, why="rôles modifiés")
    return True
