"""Who may read what is learnt of a firm: the counts of the country name nobody and follow the page of the model."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

RULES = {
    Permission.LABELS_READ: Rule(
        frozenset({Role.DATA_SCIENTIST}),
        refusal="Cette page nomme une entreprise : il faut être data scientist et avoir une habilitation en cours.",
    )
}
