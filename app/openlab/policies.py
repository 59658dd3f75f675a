"""Who reads the OpenLab, who answers there for the team, who reads the replies to alerts."""

from app.core.access.identity import AGENTS, Role
from app.core.access.permissions import Permission, Rule

#: those who work on Vigie itself
TEAM = frozenset({Role.DATA_SCIENTIST, Role.ADMINISTRATEUR})

RULES = {
    Permission.OPENLAB_READ: Rule(AGENTS | TEAM, needs_habilitation=False),
    Permission.OPENLAB_WRITE: Rule(AGENTS | TEAM, needs_habilitation=False),
    Permission.OPENLAB_ANSWER: Rule(
        TEAM, refusal="L’équipe de Vigie seule répond aux idées.", needs_habilitation=False
    ),
    Permission.OPENLAB_REPLIES: Rule(
        frozenset({Role.DATA_SCIENTIST}),
        refusal="Cette page est réservée aux data scientists de Vigie.",
        needs_habilitation=False,
    ),
}
