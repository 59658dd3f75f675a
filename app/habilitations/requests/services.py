"""From a correspondant's request to somebody else's decision."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core import journal
from app.core.access.identity import Identity, Nature
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import require_text
from app.habilitations.models import Habilitation, HabilitationRequest, Network, RequestState
from app.habilitations.policies import NOT_ONESELF, TWO_PERSONS, may_decide
from app.habilitations.rights import services

DECIDED = "Quelqu’un a déjà décidé de cette demande."


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
    if identity.agent_id is None or identity.agent_id == agent.id:
        raise DomainError(NOT_ONESELF)
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
        requested_by=identity.agent_id,
        renews_id=_renewed(agent, requested.renews),
    )
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError as error:
        if "uq_habilitation_request_pending" not in str(error.orig):
            raise
        raise DomainError(
            "Une demande pour cet agent et cette zone attend déjà une décision.", field="zone"
        ) from None
    journal.record(
        session, identity, journal.Event.HABILITATION_ASKED, agent=agent.id, request=request.id,
        zone=request.zone_code, natures=request.natures, networks=request.networks,
        ends_on=request.wanted_end, renews=request.renews_id,
    )  # fmt: skip
    return request


def validate(session: Session, identity: Identity, request: HabilitationRequest) -> Habilitation:
    """Grant what was requested, from today, and end what it renews. Raise `DomainError` for the requester, the holder, or if too late."""
    request = _locked(session, identity, request)
    agent = session.get_one(Agent, request.agent_id)
    if not agent.active:
        raise DomainError("Ce compte est désactivé : refusez la demande, ou réactivez le compte.")
    if request.wanted_end <= today():
        raise DomainError("La fin demandée est passée : refusez la demande, qu’elle soit refaite.")
    habilitation = services.give(session, identity, _habilitation(identity, request))
    if request.renews_id is not None:
        _replace(session, identity, request.renews_id, by=habilitation)
    services.join(session, identity, agent, _joinable(session, request))
    if agent.last_signed_in_at is None and agent.suspended_at is None:
        # The wait for a decision does not count as dormancy: a new agent has 90 days to use their first rights.
        agent.reactivated_at = utcnow()
    _decide(session, identity, request, RequestState.VALIDATED)
    return habilitation


def refuse(
    session: Session, identity: Identity, request: HabilitationRequest, *, reason: str
) -> None:
    """Refuse a request, with a reason. Raise `DomainError` for the requester, the holder, or if too late."""
    reason = require_text(
        reason, field="reason", absent="Dites pourquoi vous refusez cette demande."
    )
    request = _locked(session, identity, request)
    request.refusal = reason
    _decide(session, identity, request, RequestState.REFUSED)
    journal.record(
        session, identity, journal.Event.HABILITATION_REFUSED, agent=request.agent_id,
        request=request.id,
    )  # fmt: skip


def _locked(
    session: Session, identity: Identity, request: HabilitationRequest
) -> HabilitationRequest:
    """The pending request, locked until the end of the transaction, so that only one person decides on it."""
    if not may_decide(identity, request):
        raise DomainError(TWO_PERSONS)
    statement = select(HabilitationRequest).where(
        HabilitationRequest.id == request.id,
        HabilitationRequest.state == RequestState.PENDING,
    )
    pending = session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if pending is None:
        raise DomainError(DECIDED)
    return pending


def _decide(
    session: Session, identity: Identity, request: HabilitationRequest, state: RequestState
) -> None:
    request.state = state
    request.decided_by = identity.agent_id
    request.decided_at = utcnow()
    session.flush()


def _habilitation(identity: Identity, request: HabilitationRequest) -> Habilitation:
    assert identity.agent_id is not None  # noqa: S101 - `_locked` refuses the system
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


def _joinable(session: Session, request: HabilitationRequest) -> list[str]:
    """The requested networks that are still active: one deactivated since does not block the others."""
    active = set(session.scalars(select(Network.code).where(Network.is_active)))
    return [code for code in request.networks if code in active]


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
