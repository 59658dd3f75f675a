"""Who may unlock a firm, who may end an unlock, who oversees those of a network."""

from app.companies.grounds import Obstacle, obstacle
from app.companies.models import Company
from app.core.access.identity import AGENTS, Identity, Nature, Role
from app.core.access.permissions import Permission, Rule
from app.unlocks.models import Unlock


def is_in_zone(identity: Identity, company: Company) -> bool:
    """Whether the firm operates in the agent's zone."""
    return identity.covers(company.departments)


def would_open(identity: Identity, company: Company) -> bool:
    """Whether unlocking the firm would show the agent anything."""
    return bool(to_open(identity, company))


def to_open(identity: Identity, company: Company) -> list[Nature]:
    """The natures that the agent holds where the firm works and that nothing has opened to them yet."""
    return [nature for nature in Nature if obstacle(identity, company, nature) == Obstacle.CLOSED]


def is_mine(identity: Identity, unlock: Unlock) -> bool:
    """Whether the unlock is the agent's own and still in force."""
    return unlock.agent_id == identity.agent_id and unlock.is_in_force


RULES = {
    Permission.UNLOCK_OPEN: Rule(
        AGENTS,
        is_in_zone,
        "Cette entreprise n’est pas dans votre zone : ses données ne se déverrouillent pas d’ailleurs."
        " Demandez à un référent de son département de vous inviter à l’accompagnement.",
    ),
    Permission.UNLOCK_OWN: Rule(AGENTS),
    Permission.UNLOCK_END: Rule(
        AGENTS, is_mine, "Seul l’agent qui a déverrouillé une entreprise peut y mettre fin."
    ),
    Permission.UNLOCK_SUPERVISE: Rule(
        frozenset({Role.MANAGER}),
        refusal="Cette page est réservée aux responsables de réseau et de service.",
    ),
}
