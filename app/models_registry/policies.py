"""Who may read the performance of a model and decide on it: the figures name no firm, so no habilitation is needed."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

RULES = {
    Permission.MODEL_DECIDE: Rule(frozenset({Role.DATA_SCIENTIST}), needs_habilitation=False),
    Permission.MODEL_READ: Rule(
        frozenset({Role.DATA_SCIENTIST, Role.ADMINISTRATEUR}), needs_habilitation=False
    ),
}
