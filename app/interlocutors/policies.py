"""Who reads and writes whom to talk to in a firm."""

from app.companies.models import Company
from app.core.access.identity import AGENTS, Identity
from app.core.access.permissions import Permission, Rule
from app.network.policies import reaches_firm


def may_write(identity: Identity, company: Company) -> bool:
    """Return whether the agent may write on the firm: in their zone or in one of their accompagnements, with somebody who reads them."""
    return bool(identity.network_ids) and reaches_firm(identity, company)


RULES = {
    # Row-level security leaves out those of a firm out of reach, and those that were archived.
    Permission.INTERLOCUTOR_READ: Rule(AGENTS),
    Permission.INTERLOCUTOR_CHANGE: Rule(AGENTS),
    Permission.INTERLOCUTOR_WRITE: Rule(
        AGENTS,
        may_write,
        "Cette entreprise n’est pas dans votre zone : vous ne pouvez pas y ajouter d’interlocuteur.",
    ),
}
