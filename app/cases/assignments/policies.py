"""Who ends what was given."""

from app.cases.assignments.models import FirmAssignment
from app.core.access.identity import Identity, Role
from app.core.access.permissions import Permission, Rule


def gave_or_holds(identity: Identity, given: FirmAssignment) -> bool:
    """Return whether the firm was given to the agent, or by them."""
    return identity.agent_id in (given.agent_id, given.assigned_by)


RULES = {
    Permission.ASSIGNMENT_END: Rule(
        frozenset({Role.AGENT, Role.MANAGER}),
        gave_or_holds,
        "Seuls l’agent à qui l’entreprise est confiée et celui qui la lui a confiée peuvent y mettre fin.",
    ),
}
