"""Who reads a need, who answers it, who takes it back. Row-level security says whose each need is; the team reads all of them."""

from app.core.access.identity import Identity, Role
from app.core.access.permissions import ON_FIRMS, Permission, Rule
from app.referrals.needs.models import FirmNeed, Referral

TEAM = frozenset({Role.ORIENTEUR})
READERS = ON_FIRMS | TEAM
NOT_MINE = (
    "Seuls l’expert à qui le besoin est adressé et les responsables de son antenne y répondent."
)
NOT_SENT = "Seuls l’auteur d’un besoin et l’équipe de l’orientation le retirent."


def may_answer(identity: Identity, referral: Referral) -> bool:
    """Whether somebody answers for an expert: they are the expert, or keep the entries of the antenne."""
    expert = referral.expert
    return identity.agent_id == expert.agent_id or identity.agent_id in expert.antenne.manager_ids


def may_withdraw(identity: Identity, need: FirmNeed) -> bool:
    """Whether somebody takes a need back: whoever sent it, and the team."""
    return identity.agent_id == need.solicitation.author_id or identity.has_role(Role.ORIENTEUR)


RULES = {
    Permission.NEED_READ: Rule(READERS, needs_habilitation=False),
    Permission.NEED_WRITE: Rule(READERS, needs_habilitation=False),
    Permission.NEED_CONTACT_READ: Rule(READERS, needs_habilitation=False),
    Permission.NEED_ANSWER: Rule(ON_FIRMS, may_answer, NOT_MINE),
    Permission.NEED_WITHDRAW: Rule(READERS, may_withdraw, NOT_SENT, needs_habilitation=False),
    Permission.NEED_PUT_TO: Rule(TEAM, needs_habilitation=False),
}
