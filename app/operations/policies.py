"""Who sees whether the service is kept: administrators and controllers; how it is, and who asks for a drill: administrators."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

REFUSAL = "Les sauvegardes sont suivies par les administrateurs et les contrôleurs."

RULES = {
    Permission.BACKUP_READ: Rule(
        frozenset({Role.ADMINISTRATEUR, Role.CONTROLEUR}),
        refusal=REFUSAL,
        needs_habilitation=False,
    ),
    Permission.SERVICE_READ: Rule(
        frozenset({Role.ADMINISTRATEUR}),
        refusal="L’état du service est suivi par les administrateurs.",
        needs_habilitation=False,
    ),
    Permission.DRILL_START: Rule(
        frozenset({Role.ADMINISTRATEUR}),
        refusal="Une vérification est demandée par un administrateur.",
        needs_habilitation=False,
    ),
}
