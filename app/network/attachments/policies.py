"""Who reads a file, and who takes it off."""

from app.core.access.identity import AGENTS, Identity
from app.core.access.permissions import Permission, Rule
from app.network.models import Attachment


def joined(identity: Identity, attachment: Attachment) -> bool:
    """Return whether the agent joined the file, and it is still there."""
    return attachment.author_id == identity.agent_id and attachment.removed_at is None


RULES = {
    Permission.ATTACHMENT_READ: Rule(AGENTS),
    Permission.ATTACHMENT_REMOVE: Rule(
        AGENTS, joined, "Seul l’agent qui a joint un fichier le retire, une fois."
    ),
}
