"""Who makes the statement of a firm, who keeps the register of demands, who learns to read an alert."""

from app.companies.models import Company
from app.companies.policies import Reach, reach
from app.core.access.identity import Identity, Role
from app.core.access.permissions import ON_FIRMS, Permission, Rule


def reaches_firm(identity: Identity, company: Company) -> bool:
    """Return whether the firm is in the zone of the agent, or in an accompagnement of theirs."""
    return reach(identity, company) is not Reach.OUT_OF_ZONE


RULES = {
    Permission.DEMAND_KEEP: Rule(
        frozenset({Role.MANAGER, Role.ADMINISTRATEUR}),
        refusal="Le registre des demandes est tenu par les responsables et les administrateurs.",
        needs_habilitation=False,
    ),
    Permission.LESSON_OWN: Rule(frozenset(Role) - {Role.CONSEILLER}, needs_habilitation=False),
    Permission.STATEMENT_MAKE: Rule(
        ON_FIRMS,
        reaches_firm,
        "Le relevé d’une entreprise est fait par les agents de sa zone ou de son accompagnement.",
    ),
}
