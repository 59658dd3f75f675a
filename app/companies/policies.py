"""Who reads a firm's public page: every habilitated agent, everywhere."""

from app.core.identity import Role
from app.core.permissions import Permission, Rule

RULES = {Permission.COMPANY_READ: Rule(frozenset({Role.AGENT, Role.MANAGER}))}
