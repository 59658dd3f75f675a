"""Who may search: whoever may read a firm."""

from app.core.identity import Role
from app.core.permissions import Permission, Rule

RULES = {Permission.SEARCH_USE: Rule(frozenset({Role.AGENT, Role.MANAGER}))}
