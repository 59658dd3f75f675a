"""Who keeps the register of persons' requests, who treats one, and searches the person of it."""

from app.core.access.identity import Identity, Role
from app.core.access.permissions import Permission, Rule
from app.records.persons.models import PersonRequest

KEEPERS = frozenset({Role.CONTROLEUR, Role.ADMINISTRATEUR})
#: the délégué à la protection des données holds it: given by two people, it reads no firm
TREATERS = frozenset({Role.CONTROLEUR})


def treats(identity: Identity, request: PersonRequest) -> bool:
    """Return whether the agent is the one who treats the request, in person."""
    return request.handler_id == identity.agent_id and identity.impersonated_by is None


RULES = {
    Permission.PERSON_REQUEST_KEEP: Rule(
        KEEPERS,
        refusal="Le registre des demandes de personnes est tenu par les contrôleurs et les administrateurs.",
        needs_habilitation=False,
    ),
    Permission.PERSON_REQUEST_TAKE: Rule(
        TREATERS,
        refusal="Une demande est traitée par un contrôleur.",
        needs_habilitation=False,
    ),
    Permission.PERSON_REQUEST_TREAT: Rule(
        TREATERS,
        treats,
        "Seul le contrôleur qui traite cette demande cherche la personne et lui répond : prenez-la d’abord.",
        needs_habilitation=False,
    ),
}
