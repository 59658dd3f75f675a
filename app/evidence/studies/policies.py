"""Who reads studies, and who registers one: they name no firm, so no habilitation is needed."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

RULES = {
    Permission.STUDY_READ: Rule(
        frozenset({Role.MANAGER, Role.DATA_SCIENTIST}),
        needs_habilitation=False,
        refusal="Les études sont lues par les responsables et les data scientists.",
    ),
    Permission.STUDY_REGISTER: Rule(
        frozenset({Role.DATA_SCIENTIST}),
        needs_habilitation=False,
        refusal="Une étude est enregistrée par un data scientist, qui répond de sa méthode.",
    ),
}
