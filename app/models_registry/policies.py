"""Who may read what a model is worth: figures without any firm, so no habilitation."""

from app.core.identity import Role
from app.core.permissions import Permission, Rule

RULES = {
    Permission.MODEL_READ: Rule(
        frozenset({Role.DATA_SCIENTIST, Role.ADMINISTRATEUR}), needs_habilitation=False
    )
}
