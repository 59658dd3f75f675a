"""Who reads where regions stand, and who opens them."""

from app.core.access.permissions import Permission, Rule
from app.referrals.directory.policies import READERS
from app.referrals.needs.policies import TEAM

RULES = {
    Permission.REGION_READ: Rule(READERS, needs_habilitation=False),
    Permission.REGION_DECIDE: Rule(
        TEAM,
        refusal="L’équipe de l’orientation seule ouvre et ferme une région.",
        needs_habilitation=False,
    ),
}
