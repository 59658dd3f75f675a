"""Who may open, update and close an accompagnement."""

from app.cases.models import Case
from app.companies.models import Establishment
from app.core.access.identity import AGENTS, Identity, Role
from app.core.access.permissions import Permission, Rule


def covers_establishment(identity: Identity, establishment: Establishment) -> bool:
    """Return whether the establishment is in the agent's zone."""
    return identity.covers([establishment.department])


def contributes(identity: Identity, case: Case) -> bool:
    """Return whether the agent contributes to the accompagnement, and it is open."""
    return case.is_open and case.is_contributor(identity.agent_id)


def refers(identity: Identity, case: Case) -> bool:
    """Return whether the agent is an active référent, even once it is closed: an outcome can be revised, but that of one deleted."""
    return case.deleted_at is None and case.is_referent(identity.agent_id)


def refers_open(identity: Identity, case: Case) -> bool:
    """Return whether the agent is an active référent of an open accompagnement."""
    return case.is_open and refers(identity, case)


def referred(identity: Identity, case: Case) -> bool:
    """Return whether the agent is a référent of an accompagnement that is over, be it deleted."""
    return not case.is_open and case.is_referent(identity.agent_id)


def may_duplicate(identity: Identity, case: Case) -> bool:
    """Return whether the accompagnement is over, where the agent may open another."""
    return not case.is_open and case.deleted_at is None and identity.covers([case.department])


RULES = {
    Permission.CASE_READ: Rule(AGENTS),
    Permission.CASE_ASSIGN: Rule(frozenset({Role.MANAGER})),
    Permission.CASE_CREATE: Rule(
        AGENTS,
        covers_establishment,
        "Cet établissement n’est pas dans votre zone : vous ne pouvez pas l’accompagner.",
    ),
    Permission.CASE_UPDATE: Rule(
        AGENTS,
        contributes,
        "Seuls les référents et participants d’un accompagnement en cours peuvent le modifier.",
    ),
    Permission.CASE_MANAGE_MEMBERS: Rule(
        AGENTS, refers_open, "Seul un référent d’un accompagnement en cours peut faire cela."
    ),
    Permission.CASE_CLOSE: Rule(
        AGENTS, refers, "Seul un référent peut clore un accompagnement ou en revoir l’issue."
    ),
    Permission.CASE_REOPEN: Rule(
        AGENTS, referred, "Seul un référent d’un accompagnement terminé peut faire cela."
    ),
    Permission.CASE_DUPLICATE: Rule(
        AGENTS, may_duplicate, "Seul un accompagnement terminé de votre zone se duplique."
    ),
}
