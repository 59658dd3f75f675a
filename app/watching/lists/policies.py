"""Who makes lists of firms, who fills one, who changes one."""

from app.core.access.identity import AGENTS, Identity, Role
from app.core.access.permissions import Permission, Rule
from app.watching.lists.models import CompanyList


def makes_partners(identity: Identity) -> bool:
    """Return whether the agent may bring a partner's list: heads of networks answer for what it says of firms."""
    return Role.MANAGER in identity.roles


def fills(identity: Identity, known: CompanyList) -> bool:
    """Return whether the agent may add firms to a list and take some off: its author; of an agents' list, its network."""
    if known.archived_at is not None:
        return False
    return known.author_id == identity.agent_id or (
        not known.is_partners and known.network_id in identity.network_ids
    )


def owns(identity: Identity, known: CompanyList) -> bool:
    """Return whether the agent made the list."""
    return known.author_id == identity.agent_id


RULES = {
    Permission.COMPANY_LIST_READ: Rule(AGENTS),
    Permission.COMPANY_LIST_FILL: Rule(
        AGENTS,
        fills,
        "Cette liste n’est remplie que par son auteur ou, si elle est partagée, par son réseau.",
    ),
    Permission.COMPANY_LIST_EDIT: Rule(
        AGENTS, owns, "Seul l’auteur d’une liste peut la changer ou l’archiver."
    ),
}
