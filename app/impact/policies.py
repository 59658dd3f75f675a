"""Who may read the funnel: managers, for their zone."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

RULES = {
    Permission.IMPACT_READ: Rule(
        frozenset({Role.MANAGER}),
        refusal="Cette page est réservée aux responsables de réseau et de service.",
    )
}
