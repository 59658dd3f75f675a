"""Who subscribes: those who save views; each stops their own."""

from app.core.access.identity import AGENTS, Identity
from app.core.access.permissions import Permission, Rule
from app.watching.subscriptions.models import Subscription


def is_subscriber(identity: Identity, subscription: Subscription) -> bool:
    """Return whether the agent is the one who is told."""
    return subscription.agent_id == identity.agent_id


RULES = {
    Permission.SUBSCRIPTION_OWN: Rule(AGENTS),
    Permission.SUBSCRIPTION_STOP: Rule(
        AGENTS, is_subscriber, "Seul l’abonné arrête un abonnement."
    ),
}
