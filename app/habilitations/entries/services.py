"""From the request of one administration to the decision of the one whose network it is."""

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.text.bounds import require_text
from app.habilitations.models import Network, NetworkRequest, RequestState
from app.habilitations.rights import decisions
from app.habilitations.rights import services as rights

ALREADY_ASKED = "L’entrée de cet agent dans ce réseau attend déjà une décision."


def enter(
    session: Session, identity: Identity, agent: Agent, network: Network, *, reason: str | None
) -> NetworkRequest | None:
    """Make ``agent`` a member, or ask the administration of the network: then return the request.

    Raise `DomainError` when a request is needed and has no ``reason``, or is already waiting.
    """
    if not network.is_foreign_to(agent):
        rights.join(session, identity, agent, [network.code])
        return None
    return ask(session, identity, agent, network, reason=reason)


def ask(
    session: Session, identity: Identity, agent: Agent, network: Network, *, reason: str | None
) -> NetworkRequest:
    """Ask that ``agent`` enter a network of another administration: one of its correspondants decides."""
    entry = NetworkRequest(
        agent_id=agent.id,
        network_id=network.id,
        requested_by=decisions.require_asker(identity, agent),
        reason=require_text(
            reason or "",
            field="reason",
            absent="Ce réseau est celui d’une autre administration : dites-lui pourquoi l’agent y entrerait.",
        ),
    )
    decisions.write(session, entry, already=DomainError(ALREADY_ASKED, field="agent_id"))
    journal.record(
        session, identity, journal.Event.NETWORK_ENTRY_ASKED, agent=agent.id, network_request=entry.id,
        networks=[network.code],
    )  # fmt: skip
    return entry


def accept(session: Session, identity: Identity, entry: NetworkRequest) -> None:
    """Let the agent in. Raise `DomainError` for the requester, the agent, or if too late."""
    entry = decisions.locked(session, identity, entry)
    agent = session.get_one(Agent, entry.agent_id)
    network = session.get_one(Network, entry.network_id)
    if not agent.active:
        raise DomainError("Ce compte est désactivé : refusez la demande.")
    decisions.settle(session, identity, entry, RequestState.VALIDATED)
    rights.join(session, identity, agent, [network.code], consented=True)


def refuse(session: Session, identity: Identity, entry: NetworkRequest, *, reason: str) -> None:
    """Refuse, with a reason. Raise `DomainError` for the requester, the agent, or if too late."""
    decisions.refuse(session, identity, entry, reason=reason)
    journal.record(
        session, identity, journal.Event.NETWORK_ENTRY_REFUSED, agent=entry.agent_id,
        network_request=entry.id,
    )  # fmt: skip
