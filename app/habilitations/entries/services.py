"""From the request of one administration to the decision of the one whose network it is."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.text.bounds import require_text
from app.habilitations.models import Network, NetworkRequest, RequestState
from app.habilitations.policies import NOT_ONESELF, TWO_PERSONS, may_decide
from app.habilitations.rights import services as rights


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
    if identity.agent_id is None or identity.agent_id == agent.id:
        raise DomainError(NOT_ONESELF)
    entry = NetworkRequest(
        agent_id=agent.id,
        network_id=network.id,
        reason=require_text(
            reason or "",
            field="reason",
            absent="Ce réseau est celui d’une autre administration : dites-lui pourquoi l’agent y entrerait.",
        ),
        requested_by=identity.agent_id,
    )
    try:
        with session.begin_nested():
            session.add(entry)
    except IntegrityError as error:
        if "uq_network_request_pending" not in str(error.orig):
            raise
        raise DomainError(
            "L’entrée de cet agent dans ce réseau attend déjà une décision.", field="agent_id"
        ) from None
    journal.record(
        session, identity, journal.Event.NETWORK_ENTRY_ASKED, agent=agent.id, network_request=entry.id,
        networks=[network.code],
    )  # fmt: skip
    return entry


def accept(session: Session, identity: Identity, entry: NetworkRequest) -> None:
    """Let the agent in. Raise `DomainError` for the requester, the agent, or if too late."""
    entry = _locked(session, identity, entry)
    agent = session.get_one(Agent, entry.agent_id)
    network = session.get_one(Network, entry.network_id)
    if not agent.active:
        raise DomainError("Ce compte est désactivé : refusez la demande.")
    _decide(session, identity, entry, RequestState.VALIDATED)
    rights.join(session, identity, agent, [network.code], consented=True)


def refuse(session: Session, identity: Identity, entry: NetworkRequest, *, reason: str) -> None:
    """Refuse, with a reason. Raise `DomainError` for the requester, the agent, or if too late."""
    reason = require_text(
        reason, field="reason", absent="Dites pourquoi vous refusez cette demande."
    )
    entry = _locked(session, identity, entry)
    entry.refusal = reason
    _decide(session, identity, entry, RequestState.REFUSED)
    journal.record(
        session,
        identity,
        journal.Event.NETWORK_ENTRY_REFUSED,
        agent=entry.agent_id,
        network_request=entry.id,
    )


def _locked(session: Session, identity: Identity, entry: NetworkRequest) -> NetworkRequest:
    """The pending request, locked until the end of the transaction, so that only one person decides on it."""
    if not may_decide(identity, entry):
        raise DomainError(TWO_PERSONS)
    pending = (NetworkRequest.id == entry.id, NetworkRequest.state == RequestState.PENDING)
    # Only its number is read again: a page that is shown once more still has the people it names.
    if session.scalar(select(NetworkRequest.id).where(*pending).with_for_update()) is None:
        raise DomainError("Quelqu’un a déjà décidé de cette demande.")
    session.refresh(entry, ["state"])
    return entry


def _decide(
    session: Session, identity: Identity, entry: NetworkRequest, state: RequestState
) -> None:
    entry.state, entry.decided_by, entry.decided_at = state, identity.agent_id, utcnow()
    session.flush()
