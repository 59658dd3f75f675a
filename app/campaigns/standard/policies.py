"""Who edits standard letters."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

RULES = {
    Permission.LETTER_MANAGE: Rule(frozenset({Role.ADMINISTRATEUR}), needs_habilitation=False),
}
