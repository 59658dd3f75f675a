"""Who checks what comes in, who reads the figures, who takes out the file of an institution."""

from app.core.access.identity import Identity, Role
from app.core.access.permissions import ON_FIRMS, Permission, Rule
from app.referrals.needs.policies import TEAM
from app.referrals.quality.institutions.queries import KeptInstitution

NOT_TEAM = "L’équipe de l’orientation seule contrôle ce qui arrive."
NOT_KEPT = "Le fichier d’une institution est lu par les responsables de ses antennes et par l’équipe de l’orientation."


def may_read_file(identity: Identity, kept: KeptInstitution) -> bool:
    """Whether somebody takes out the file of an institution: they keep one of its antennes, or are of the team."""
    return identity.has_role(Role.ORIENTEUR) or identity.agent_id in kept.manager_ids


RULES = {
    Permission.SOLICITATION_CHECK: Rule(TEAM, refusal=NOT_TEAM, needs_habilitation=False),
    Permission.QUALITY_READ: Rule(ON_FIRMS | TEAM, needs_habilitation=False),
    Permission.ANTENNE_MAIL_OWN: Rule(ON_FIRMS),
    Permission.INSTITUTION_FILE_READ: Rule(
        ON_FIRMS | TEAM, may_read_file, NOT_KEPT, needs_habilitation=False
    ),
}
