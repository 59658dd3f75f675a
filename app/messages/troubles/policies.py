"""Who looks after e-mails: administrators, who see to whom and when, never what they say."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

RULES = {
    Permission.MAIL_MANAGE: Rule(
        frozenset({Role.ADMINISTRATEUR}),
        needs_habilitation=False,
        refusal="Les courriels sont suivis par les administrateurs.",
    )
}
