"""Who says that somebody is away."""

from app.core.access.identity import Role
from app.core.access.permissions import ON_FIRMS, Permission, Rule

RULES = {
    Permission.ABSENCE_OWN: Rule(ON_FIRMS),
    Permission.ABSENCE_DECLARE: Rule(frozenset({Role.MANAGER})),
}
