"""Who sees where the data come from, who handles them: no firm is shown, no habilitation needed."""

from app.core.identity import Role
from app.core.permissions import Permission, Rule

READERS = frozenset({Role.AGENT, Role.MANAGER, Role.DATA_SCIENTIST, Role.ADMINISTRATEUR})
HANDLERS = frozenset({Role.DATA_SCIENTIST, Role.ADMINISTRATEUR})

RULES = {
    Permission.IMPORTS_READ: Rule(READERS, needs_habilitation=False),
    Permission.IMPORTS_MANAGE: Rule(
        HANDLERS,
        needs_habilitation=False,
        refusal="Les imports sont réservés aux administrateurs et aux data scientists.",
    ),
}
