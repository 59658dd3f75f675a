"""Who may use an account's own pages: whoever is signed in, habilitated or not."""

from app.core.identity import Role
from app.core.permissions import Permission, Rule

RULES = {Permission.ACCOUNT_OWN: Rule(frozenset(Role), needs_habilitation=False)}
