"""Who may log, read and correct a visit."""

from app.companies.models import Establishment
from app.core.access.identity import AGENTS, Identity
from app.core.access.permissions import Permission, Rule
from app.visits.models import Visit


def may_visit(identity: Identity, establishment: Establishment) -> bool:
    """Return whether the establishment is in the agent's zone, or its firm in one of their accompagnements."""
    return (
        identity.covers([establishment.department]) or establishment.siren in identity.case_sirens
    )


def is_author(identity: Identity, visit: Visit) -> bool:
    """Return whether the agent logged the visit."""
    return visit.author_id == identity.agent_id


RULES = {
    Permission.VISIT_READ: Rule(AGENTS),
    Permission.VISIT_WRITE: Rule(
        AGENTS,
        may_visit,
        "Cet établissement n’est pas dans votre zone : vous ne pouvez pas y consigner de visite.",
    ),
    Permission.VISIT_EDIT: Rule(AGENTS, is_author, "Seul l’auteur d’une visite peut la corriger."),
}
