"""Who edits the lists of values."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

RULES = {
    Permission.VALUE_MANAGE: Rule(frozenset({Role.ADMINISTRATEUR}), needs_habilitation=False),
}
