"""Who saves views, and who changes one."""

from app.core.access.identity import AGENTS, Identity
from app.core.access.permissions import Permission, Rule
from app.watching.models import SavedView


def is_author(identity: Identity, view: SavedView) -> bool:
    """Return whether the agent saved the view."""
    return view.agent_id == identity.agent_id


RULES = {
    Permission.VIEW_READ: Rule(AGENTS),
    Permission.VIEW_EDIT: Rule(AGENTS, is_author, "Seul l’auteur d’une vue peut la changer."),
}
