"""Who reads an échéance, who plans one, and who says what became of it."""

from app.core.access.identity import AGENTS, Identity
from app.core.access.permissions import Permission, Rule
from app.deadlines.models import Deadline
from app.network.policies import reaches_firm


def may_read(identity: Identity, deadline: Deadline) -> bool:
    """Return whether the agent is in the audience: of the network, where the firm works or contributing to its accompagnement."""
    reaches = (
        identity.covers(deadline.departments)
        or deadline.siren in identity.case_sirens
        or deadline.case_id in identity.case_ids
    )
    return identity.is_habilitated and deadline.network_id in identity.network_ids and reaches


def may_change(identity: Identity, deadline: Deadline) -> bool:
    """Return whether the agent planned it, has it to do, or contributes to its accompagnement, and it is still to be done."""
    own = identity.agent_id in (deadline.author_id, deadline.assignee_id)
    return deadline.is_open and (own or deadline.case_id in identity.case_ids)


RULES = {
    Permission.DEADLINE_READ: Rule(AGENTS),
    Permission.DEADLINE_WRITE: Rule(
        AGENTS,
        reaches_firm,
        "Cette entreprise n’est pas dans votre zone : vous ne pouvez pas y fixer d’échéance.",
    ),
    Permission.DEADLINE_CHANGE: Rule(
        AGENTS,
        may_change,
        "Seuls l’auteur d’une échéance à faire, celui à qui elle est confiée et les membres de l’accompagnement peuvent la changer.",
    ),
}
