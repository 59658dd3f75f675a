"""Who hands accompagnements over, and who answers."""

from app.cases.handover.models import Handover
from app.core.access.identity import AGENTS, Identity
from app.core.access.permissions import Permission, Rule


def may_answer(identity: Identity, handover: Handover) -> bool:
    """Return whether the agent is asked to take accompagnements, and has not answered."""
    return handover.is_pending and handover.taker_id == identity.agent_id


def may_withdraw(identity: Identity, handover: Handover) -> bool:
    """Return whether the agent asked, or is who hands over, and nobody has answered."""
    return handover.is_pending and identity.agent_id in (handover.asked_by, handover.former_id)


RULES = {
    Permission.HANDOVER_ASK: Rule(AGENTS),
    Permission.HANDOVER_READ: Rule(AGENTS),
    Permission.HANDOVER_ANSWER: Rule(
        AGENTS,
        may_answer,
        "Seul l’agent à qui une transmission est proposée y répond, une fois.",
    ),
    Permission.HANDOVER_WITHDRAW: Rule(
        AGENTS,
        may_withdraw,
        "Seul l’auteur d’une transmission sans réponse peut la retirer.",
    ),
}
