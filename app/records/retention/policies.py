"""Who reads the rules and the slips, who asks and decides that a rule change, who signs for the archives."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

RULES = {
    Permission.RETENTION_READ: Rule(
        frozenset({Role.ADMINISTRATEUR, Role.CONTROLEUR, Role.ARCHIVISTE}),
        refusal="La conservation est suivie par les administrateurs, les contrôleurs et les archivistes.",
        needs_habilitation=False,
    ),
    Permission.RETENTION_CHANGE: Rule(
        frozenset({Role.ADMINISTRATEUR, Role.ARCHIVISTE}),
        refusal="Une règle est changée par deux personnes, administrateurs ou archivistes.",
        needs_habilitation=False,
    ),
    Permission.SLIP_SIGN: Rule(
        frozenset({Role.ARCHIVISTE}),
        refusal="Le visa des archives est donné par un archiviste.",
        needs_habilitation=False,
    ),
}
