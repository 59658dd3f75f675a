"""Who makes the statement of a firm: those who work on it, in their zone or in its accompagnement."""

from app.companies.models import Company
from app.companies.policies import Reach, reach
from app.core.access.identity import Identity
from app.core.access.permissions import ON_FIRMS, Permission, Rule


def reaches_firm(identity: Identity, company: Company) -> bool:
    """Return whether the firm is in the zone of the agent, or in an accompagnement of theirs."""
    return reach(identity, company) is not Reach.OUT_OF_ZONE


RULES = {
    Permission.STATEMENT_MAKE: Rule(
        ON_FIRMS,
        reaches_firm,
        "Le relevé d’une entreprise est fait par les agents de sa zone ou de son accompagnement.",
    ),
}
