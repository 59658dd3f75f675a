"""Who has anything to do in Vigie today: told at the door to whoever has not."""

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.identity import Role
from app.habilitations import queries

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
