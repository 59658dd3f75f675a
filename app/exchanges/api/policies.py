"""Who reads by a token: those who work on firms, through the scopes of the token."""

from app.core.access.permissions import ON_FIRMS, Permission, Rule

RULES = {Permission.API_READ: Rule(ON_FIRMS)}
