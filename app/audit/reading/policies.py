"""Controllers read the journal; référents also read who consulted their firms; everyone reads their own lines."""

from app.audit.reading.trails import Trail
from app.core.access.identity import Identity, Role
from app.core.access.permissions import Permission, Rule

CONTROLLERS = frozenset({Role.CONTROLEUR})


def may_read_trail(identity: Identity, trail: Trail) -> bool:
    """Return whether the agent is a controller, or the référent of an open accompagnement of the firm."""
    return identity.has_role(Role.CONTROLEUR) or trail.is_referent


ONLY_CONTROLLERS = (
    "Le journal est réservé aux contrôleurs. Vos propres accès sont dans votre compte."
)

RULES = {
    Permission.JOURNAL_READ: Rule(CONTROLLERS, refusal=ONLY_CONTROLLERS, needs_habilitation=False),
    Permission.JOURNAL_EXPORT: Rule(
        CONTROLLERS, refusal=ONLY_CONTROLLERS, needs_habilitation=False
    ),
    Permission.READERS_READ: Rule(
        CONTROLLERS | {Role.AGENT, Role.MANAGER},
        may_read_trail,
        "Seuls les référents d’un accompagnement en cours de l’entreprise, et les contrôleurs,"
        " peuvent savoir qui l’a consultée.",
        needs_habilitation=False,
    ),
}
