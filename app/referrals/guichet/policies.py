"""Who keeps the guichets of themes; who files a request for a firm, and follows those they filed."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

KEEPERS = frozenset({Role.ADMINISTRATEUR, Role.ORIENTEUR})
ADVISERS = frozenset({Role.CONSEILLER})

RULES = {
    Permission.LANDING_KEEP: Rule(KEEPERS, needs_habilitation=False),
    Permission.GUICHET_FILE: Rule(ADVISERS, needs_habilitation=False),
    Permission.GUICHET_FOLLOW: Rule(ADVISERS, needs_habilitation=False),
}
