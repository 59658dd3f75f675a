"""Who may read what a model is worth, and decide of it: figures without any firm, so no habilitation."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

RULES = {
    Permission.MODEL_DECIDE: Rule(frozenset({Role.DATA_SCIENTIST}), needs_habilitation=False),
    Permission.MODEL_READ: Rule(
        frozenset({Role.DATA_SCIENTIST, Role.ADMINISTRATEUR}), needs_habilitation=False
    ),
}
