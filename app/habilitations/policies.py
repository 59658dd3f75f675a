"""Who manages whose rights: a correspondant those of their administration, an administrateur everybody's, nobody their own."""

from app.accounts.models import Agent
from app.core.access.identity import Identity, Role
from app.core.access.permissions import Permission, Rule
from app.habilitations.models import (
    Decided,
    Habilitation,
    HabilitationRequest,
    Network,
    ReviewItem,
)

MANAGERS = frozenset({Role.CORRESPONDANT, Role.ADMINISTRATEUR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATEUR})
#: who answers for the roles that decide; an administrateur, who asks for them, does not
ROLE_DECIDERS = frozenset({Role.CORRESPONDANT, Role.CONTROLEUR})

NOT_ONESELF = "Personne ne gère ses propres droits : adressez-vous à un autre correspondant."
TWO_PERSONS = "Une demande est décidée par une autre personne que celle qui l’a faite et que celle qu’elle concerne."


def concerns_somebody_else(
    identity: Identity, subject: Agent | Habilitation | HabilitationRequest | Network | ReviewItem
) -> bool:
    """Whether the rights at stake are somebody else's than the acting agent's; a network is nobody's."""
    match subject:
        case Agent():
            return subject.id != identity.agent_id
        case Network():
            return True
    return subject.agent_id != identity.agent_id


def may_decide(identity: Identity, request: Decided) -> bool:
    """Whether this is a third person: neither the holder nor the requester."""
    return identity.agent_id not in {None, request.agent_id, request.requested_by}


# The people who manage rights may not be allowed to read any firm themselves.
RULES = {
    Permission.AGENTS_IMPORT: Rule(MANAGERS, needs_habilitation=False),
    Permission.HABILITATION_READ: Rule(MANAGERS, needs_habilitation=False),
    Permission.HABILITATION_MANAGE: Rule(
        MANAGERS, concerns_somebody_else, NOT_ONESELF, needs_habilitation=False
    ),
    Permission.HABILITATION_VALIDATE: Rule(
        MANAGERS, may_decide, TWO_PERSONS, needs_habilitation=False
    ),
    Permission.NETWORK_MANAGE: Rule(ADMINISTRATORS, needs_habilitation=False),
    Permission.REVIEW_OPEN: Rule(ADMINISTRATORS, needs_habilitation=False),
    Permission.ROLE_DECIDE: Rule(ROLE_DECIDERS, may_decide, TWO_PERSONS, needs_habilitation=False),
    Permission.ROLE_MANAGE: Rule(
        ADMINISTRATORS, concerns_somebody_else, NOT_ONESELF, needs_habilitation=False
    ),
    Permission.ROLE_READ: Rule(ROLE_DECIDERS, needs_habilitation=False),
}
