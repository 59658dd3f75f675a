"""Who reads the directory, who keeps the entries of an antenne, who keeps all of it."""

from app.core.access.identity import Identity, Role
from app.core.access.permissions import ON_FIRMS, Permission, Rule
from app.referrals.directory.models import Antenne, Expert, ExpertAbsence

READERS = ON_FIRMS | {Role.ADMINISTRATEUR, Role.ORIENTEUR}
ADMINISTRATORS = frozenset({Role.ADMINISTRATEUR})
NOT_KEPT = "Les entrées d’une antenne sont tenues par ses responsables et par les administrateurs."


def keeps_antenne(identity: Identity, antenne: Antenne) -> bool:
    """Whether somebody keeps the entries of an antenne."""
    is_manager = identity.is_habilitated and identity.agent_id in antenne.manager_ids
    return identity.has_role(Role.ADMINISTRATEUR) or is_manager


def keeps_expert(identity: Identity, expert: Expert) -> bool:
    """Whether somebody keeps the entry of an expert."""
    return keeps_antenne(identity, expert.antenne)


def may_say_absence(identity: Identity, expert: Expert) -> bool:
    """Whether somebody may say that an expert is away: whoever keeps the entry, and the expert."""
    return keeps_expert(identity, expert) or expert.agent_id == identity.agent_id


def may_end_absence(identity: Identity, absence: ExpertAbsence) -> bool:
    """Whether somebody may cancel an absence."""
    return may_say_absence(identity, absence.expert)


RULES = {
    Permission.DIRECTORY_READ: Rule(READERS, needs_habilitation=False),
    Permission.DIRECTORY_IMPORT: Rule(READERS, needs_habilitation=False),
    Permission.DIRECTORY_MANAGE: Rule(ADMINISTRATORS, needs_habilitation=False),
    Permission.ANTENNE_KEEP: Rule(READERS, keeps_antenne, NOT_KEPT, needs_habilitation=False),
    Permission.EXPERT_KEEP: Rule(READERS, keeps_expert, NOT_KEPT, needs_habilitation=False),
    Permission.EXPERT_ABSENCE_SAY: Rule(
        READERS, may_say_absence, "L’absence d’un expert est dite par lui, ou par qui tient son antenne.",
        needs_habilitation=False,
    ),
    Permission.EXPERT_ABSENCE_END: Rule(
        READERS, may_end_absence, "L’absence d’un expert est annulée par lui, ou par qui tient son antenne.",
        needs_habilitation=False,
    ),
}  # fmt: skip
