"""Who sends a need without the consent of the firm, and who reads that it was."""

from app.cases.models import Case
from app.cases.policies import contributes
from app.core.access.identity import Identity, Role
from app.core.access.permissions import Permission, Rule

NOT_YOURS = "Seul un responsable qui participe à cet accompagnement peut passer outre l’accord de l’entreprise."


def may_override(identity: Identity, case: Case) -> bool:
    """Return whether somebody may send a need of an accompagnement that the firm did not agree to: a manager who takes part in it."""
    return identity.has_role(Role.MANAGER) and contributes(identity, case)


RULES = {
    Permission.CONSENT_OVERRIDE: Rule(frozenset({Role.MANAGER}), may_override, NOT_YOURS),
    Permission.CONSENT_OVERRIDES_READ: Rule(frozenset({Role.CONTROLEUR}), needs_habilitation=False),
}
