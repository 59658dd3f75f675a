"""Who reads a sitting, who holds it, who settles its minutes."""

from app.core.access.identity import AGENTS, Identity
from app.core.access.permissions import Permission, Rule
from app.sittings.models import Sitting, SittingItem


def sits(identity: Identity, sitting: Sitting) -> bool:
    """Return whether the agent writes in the sitting: a member of its network who may know its firms, until its minutes are settled."""
    knows = sitting.nature is None or sitting.nature in identity.natures
    return sitting.is_open and knows and sitting.network_id in identity.network_ids


def sits_on(identity: Identity, item: SittingItem) -> bool:
    """Return whether the agent writes in the sitting of an item."""
    return sits(identity, item.sitting)


def called(identity: Identity, sitting: Sitting) -> bool:
    """Return whether the agent called the sitting, whose minutes are still to be settled."""
    return sits(identity, sitting) and sitting.author_id == identity.agent_id


RULES = {
    Permission.SITTING_READ: Rule(AGENTS),
    Permission.SITTING_WRITE: Rule(
        AGENTS, sits, "Le compte rendu de cette séance est arrêté, ou elle n’est pas d’un de vos réseaux."
    ),
    Permission.SITTING_ITEM_WRITE: Rule(
        AGENTS, sits_on, "Le compte rendu de cette séance est arrêté, ou elle n’est pas d’un de vos réseaux."
    ),
    Permission.SITTING_CLOSE: Rule(
        AGENTS, called, "Seul l’agent qui a convoqué une séance en arrête le compte rendu, une fois."
    ),
}  # fmt: skip
