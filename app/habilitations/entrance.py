"""The door: the identity behind the session of a request, and who has anything to do in Vigie today."""

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.sessions import lifecycle
from app.core.access.identity import Identity, Role
from app.core.now import today
from app.habilitations import queries
from app.habilitations.impersonation import routes as impersonation

#: what these do needs no habilitation
AT_WORK_WITHOUT_ZONE = (
    Role.ADMINISTRATEUR,
    Role.CONTROLEUR,
    Role.CORRESPONDANT,
    Role.DATA_SCIENTIST,
)


def is_expected(session: Session, agent: Agent) -> bool:
    """Whether ``agent`` has a habilitation in force, or a part that needs none."""
    identity = queries.identity_of(session, agent)
    return identity.is_habilitated or identity.has_role(*AT_WORK_WITHOUT_ZONE)


def signed_in_identity() -> Identity | None:
    """Who holds the session of this request, with the rights in force now, or the agent as whom they look."""
    holder = lifecycle.find_holder(*queries.rights_columns(today()))
    return impersonation.as_seen(queries.identity_from(holder) if holder else None)
