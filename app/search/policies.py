"""Who may search: anyone who may read a firm."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

RULES = {Permission.SEARCH_USE: Rule(frozenset({Role.AGENT, Role.MANAGER}))}
