"""Who has a home page: whoever works in Vigie, on firms or on Vigie itself."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

RULES = {Permission.HOME_READ: Rule(frozenset(Role), needs_habilitation=False)}
