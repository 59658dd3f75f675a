"""The identity behind the session of a request, and who may enter Vigie today."""

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.sessions import lifecycle
from app.core.access.identity import Identity, Role
from app.habilitations import queries
from app.habilitations.impersonation import routes as impersonation

#: roles whose work needs no habilitation
ROLES_WITHOUT_HABILITATION = (
    Role.ADMINISTRATEUR,
    Role.CONTROLEUR,
    Role.CORRESPONDANT,
    Role.DATA_SCIENTIST,
    Role.ORIENTEUR,
    Role.CONSEILLER,
    Role.ARCHIVISTE,
)


def may_enter(session: Session, agent: Agent) -> bool:
    """Whether ``agent`` has a habilitation in force, or a role that needs none."""
    identity = queries.identity_of(session, agent)
    return identity.is_habilitated or identity.has_role(*ROLES_WITHOUT_HABILITATION)


def signed_in_identity() -> Identity | None:
    """The holder of this request's session, with the rights in force now, or the agent as whom they are seeing Vigie."""
    holder = lifecycle.find_holder(*queries.rights_columns_today())
    return impersonation.as_seen(queries.identity_from(holder) if holder else None)
