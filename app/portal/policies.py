"""Who has a home page: whoever works in Vigie, on firms or on Vigie itself; who handles alerts there, and sees their team."""

from app.companies.policies import hears_of_alerts
from app.core.access.identity import Identity, Role
from app.core.access.permissions import ON_FIRMS, Permission, Rule


def leads(identity: Identity) -> bool:
    """Return whether the agent answers for a team, in the zone where they are habilitated."""
    return identity.is_habilitated and identity.has_role(Role.MANAGER)


RULES = {
    Permission.HOME_READ: Rule(frozenset(Role), needs_habilitation=False),
    Permission.ALERT_HANDLE: Rule(
        ON_FIRMS,
        hears_of_alerts,
        "Vous n’êtes pas habilité à lire les alertes de cette entreprise.",
    ),
}
