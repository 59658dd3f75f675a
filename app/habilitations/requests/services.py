"""From a correspondant's request to somebody else's decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core import journal
from app.core.access.identity import Identity, Nature
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import require_text
from app.habilitations import reach
from app.habilitations.entries import services as entries
from app.habilitations.models import (
    DECIDING,
    Habilitation,
    HabilitationRequest,
    Membership,
    Network,
    NetworkRequest,
    RequestState,
)
from app.habilitations.rights import decisions, services

ALREADY_ASKED = "Une demande pour cet agent et cette zone attend déjà une décision."


@dataclass(frozen=True, kw_only=True)
class RequestedRights:
    """The rights requested for an agent; ``ends_on`` is exclusive, ``networks`` are codes."""

    zone: str
    natures: tuple[Nature, ...]
    function: str
    reason: str
    ends_on: date | None = None
    networks: tuple[str, ...] = ()
    #: the habilitation that the new one replaces once validated
    renews: Habilitation | None = None


def ask(
    session: Session, identity: Identity, agent: Agent, requested: RequestedRights
) -> HabilitationRequest:
    """Request rights for ``agent``. They are not granted until somebody else validates them. Raise `DomainError` on an invalid request."""
    asker = decisions.require_asker(identity, agent)
    if not agent.active:
        raise DomainError("Ce compte est désactivé : réactivez-le avant de demander des droits.")
    request = HabilitationRequest(
        agent_id=agent.id,
        zone_code=services.require_zone(session, requested.zone).code,
        natures=_natures(requested.natures),
        networks=list(services.require_networks(session, requested.networks)),
        function=require_text(
            requested.function, field="function", absent="Dites quelle est sa fonction."
        ),
        wanted_end=services.require_end(requested.ends_on, today()),
        reason=require_text(
            requested.reason, field="reason", absent="Dites pourquoi l’agent en a besoin."
        ),
        requested_by=asker,
        renews_id=_renewed(agent, requested.renews),
    )
    decisions.write(session, request, already=DomainError(ALREADY_ASKED, field="zone"))
    journal.record(
        session, identity, journal.Event.HABILITATION_ASKED, agent=agent.id, request=request.id,
        zone=request.zone_code, natures=request.natures, networks=request.networks,
        ends_on=request.wanted_end, renews=request.renews_id,
    )  # fmt: skip
    return request


def validate(session: Session, identity: Identity, request: HabilitationRequest) -> Habilitation:
    """Grant what was requested, from today, and end what it renews. Raise `DomainError` for the requester, the holder, or if too late."""
    request = decisions.locked(session, identity, request)
    if decisions.validates_each_other(session, identity, request):
        raise DomainError(decisions.EACH_OTHER)
    agent = session.get_one(Agent, request.agent_id)
    if not agent.active:
        raise DomainError("Ce compte est désactivé : refusez la demande, ou réactivez le compte.")
    if request.wanted_end <= today():
        raise DomainError("La fin demandée est passée : refusez la demande, qu’elle soit refaite.")
    habilitation = services.give(session, identity, _habilitation(identity, request))
    if request.renews_id is not None:
        _replace(session, identity, request.renews_id, by=habilitation)
    for network in _joinable(session, request):
        _enter(session, identity, agent, network, reason=request.reason)
    decides = not set(DECIDING).isdisjoint(reach.list_roles(session, agent))
    if agent.last_signed_in_at is None and agent.suspended_at is None and not decides:
        # The wait for a decision does not count as dormancy: a new agent has 90 days to use their first rights. One who decides
        # on those of others is woken by two people alone.
        agent.reactivated_at = utcnow()
    decisions.settle(session, identity, request, RequestState.VALIDATED)
    return habilitation


def refuse(
    session: Session, identity: Identity, request: HabilitationRequest, *, reason: str
) -> None:
    """Refuse a request, with a reason. Raise `DomainError` for the requester, the holder, or if too late."""
    decisions.refuse(session, identity, request, reason=reason)
    journal.record(
        session, identity, journal.Event.HABILITATION_REFUSED, agent=request.agent_id,
        request=request.id,
    )  # fmt: skip


def _habilitation(identity: Identity, request: HabilitationRequest) -> Habilitation:
    assert identity.agent_id is not None  # noqa: S101 - `locked` refuses the system
    return Habilitation(
        agent_id=request.agent_id,
        zone_code=request.zone_code,
        natures=request.natures,
        function=request.function,
        starts_on=today(),
        ends_on=request.wanted_end,
        requested_by=request.requested_by,
        validated_by=identity.agent_id,
        request_id=request.id,
    )


def _replace(session: Session, identity: Identity, former_id: int, *, by: Habilitation) -> None:
    former = session.get_one(Habilitation, former_id)
    if former.is_in_force(today()):
        services.withdraw(
            session, identity, former, reason=f"Remplacée par l’habilitation n° {by.id}"
        )


def _joinable(session: Session, request: HabilitationRequest) -> Sequence[Network]:
    """The requested networks that are still active and not joined yet: one deactivated since does not block the others."""
    held = select(Membership.network_id).where(Membership.agent_id == request.agent_id)
    asked = (Network.code.in_(request.networks), Network.is_active, Network.id.not_in(held))
    return session.scalars(select(Network).where(*asked).order_by(Network.position)).all()


def _enter(
    session: Session, identity: Identity, agent: Agent, network: Network, *, reason: str
) -> None:
    """Join a network, or ask its administration; a request that waits there already is enough."""
    waiting = select(NetworkRequest.id).where(
        NetworkRequest.agent_id == agent.id,
        NetworkRequest.network_id == network.id,
        NetworkRequest.state == RequestState.PENDING,
    )
    if session.scalar(waiting) is None:
        entries.enter(session, identity, agent, network, reason=reason)


def _natures(natures: tuple[Nature, ...]) -> list[str]:
    if not natures:
        raise DomainError("Choisissez au moins une nature de données.", field="natures")
    return [nature.value for nature in Nature if nature in natures]


def _renewed(agent: Agent, renews: Habilitation | None) -> int | None:
    if renews is None:
        return None
    if renews.agent_id != agent.id or not renews.is_in_force(today()):
        raise DomainError("L’habilitation à renouveler n’est plus en cours : demandez-en une.")
    return renews.id


def natures_of(right: Habilitation | HabilitationRequest) -> list[Nature]:
    """The natures of a right, in the order of `Nature`."""
    return [nature for nature in Nature if nature in right.natures]
