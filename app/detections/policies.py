"""Who may read the lists, answer an alert, flag a firm, write the expert rules and run the detection."""

from app.companies.models import Company
from app.core.access.identity import Identity, Role
from app.core.access.permissions import Permission, Rule

READERS = frozenset({Role.AGENT, Role.MANAGER})
RUNNERS = frozenset({Role.DATA_SCIENTIST, Role.ADMINISTRATEUR})


def in_zone(identity: Identity, company: Company) -> bool:
    """Return whether the firm has an establishment in the habilitation's zone."""
    return identity.covers(company.departments)


RULES = {
    Permission.DETECTION_READ: Rule(READERS),
    Permission.DETECTION_EXPORT: Rule(READERS),
    Permission.DETECTION_ANSWER: Rule(READERS),
    Permission.SIGNAL_WRITE: Rule(
        READERS,
        when=in_zone,
        refusal="Cette entreprise n’a pas d’établissement dans vos départements : "
        "signalez-la à un collègue de son territoire.",
    ),
    Permission.DETECTION_RUN: Rule(RUNNERS, needs_habilitation=False),
    Permission.LIST_WITHDRAW: Rule(
        RUNNERS,
        refusal="Les data scientists et les administrateurs seuls retirent une liste.",
        needs_habilitation=False,
    ),
    Permission.RULES_WRITE: Rule(frozenset({Role.DATA_SCIENTIST}), needs_habilitation=False),
}
