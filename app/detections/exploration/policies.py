"""Who decides whether firms are drawn: the managers who hold the score in the département."""

from app.core.access.identity import Identity, Nature, Role
from app.core.access.permissions import Permission, Rule
from app.habilitations.models import Department


def holds_score(identity: Identity, place: Department) -> bool:
    """Whether the agent reads the alerts of the département."""
    return identity.covers([place.code], Nature.SCORE)


RULES = {
    Permission.EXPLORATION_DECIDE: Rule(
        frozenset({Role.MANAGER}),
        when=holds_score,
        refusal="Le tirage au sort d’un département est décidé par ses responsables habilités aux alertes.",
    )
}
