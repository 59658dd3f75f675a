"""Write a request into the register, verify who asks, extend its delay, answer it once; tell of those that are late."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.queries import holders_of
from app.core import journal
from app.core.access.identity import Identity, Role
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.front.addresses import path_to
from app.core.journal import Event
from app.core.now import today
from app.core.persons.sought import Sought
from app.core.text.bounds import require_motive, require_text
from app.core.working_days import months_after
from app.messages.bell import announce
from app.messages.models import Reason
from app.records.persons import policies, queries
from app.records.persons.models import (
    LONGEST_REASON,
    IdentityProof,
    PersonOutcome,
    PersonRequest,
    PersonRight,
    ReceivedBy,
)

#: months in which an answer is due, and those that an extension adds (RGPD, article 12, § 3)
MONTHS, EXTENSION = 1, 2
#: days before the day it is due when whoever treats a request is told
SOON = 7
#: the register is national: holidays of one département are not counted
NOWHERE = ""
CLOSED = "Cette demande a déjà une réponse : elle ne se réécrit pas."
NO_PROOF = "Dites d’abord comment l’identité de la personne a été vérifiée : sans cela, la réponse irait peut-être à quelqu’un d’autre."
TOO_LATE = "Une prolongation se dit à la personne dans le premier mois : il est passé."
EXTENDED = "Le délai a déjà été prolongé : la loi ne le permet qu’une fois."
NOT_YET = "Ce jour n’est pas encore venu."
WHY_EXTENDED = (
    "Donnez en une phrase la raison dite à la personne : demande complexe, ou nombre de demandes."
)


@dataclass(frozen=True, kw_only=True)
class ReceivedRequest:
    """A request as it is received."""

    kind: PersonRight
    name: str | None
    email: str | None
    telephone: str | None
    body: str | None
    received_on: date
    received_by: ReceivedBy


def write(session: Session, identity: Identity, received: ReceivedRequest) -> PersonRequest:
    """Write a request; its answer is due in a month. A controller who writes it treats it. Raise `DomainError` on what is wrong."""
    who = Sought.said(name=received.name, email=received.email, telephone=received.telephone)
    due = months_after(_past(received.received_on, field="received_on"), MONTHS, department=NOWHERE)
    request = PersonRequest(
        kind=received.kind, name=who.name, email=who.email, telephone=who.telephone,
        body=require_text(received.body, field="body", absent="Écrivez ce qui est demandé."),
        received_on=received.received_on, received_by=received.received_by, first_due_on=due, due_on=due,
        author_id=identity.agent_id,
        handler_id=identity.agent_id if identity.has_role(*policies.TREATERS) else None,
    )  # fmt: skip
    session.add(request)
    session.flush()
    journal.record(session, identity, Event.PERSON_REQUEST_WRITTEN, person_request=request.id)
    return request


def take(session: Session, identity: Identity, request: PersonRequest) -> None:
    """Treat a request, in the place of whoever did."""
    _hold_open(session, request)
    before, request.handler_id = request.handler_id, identity.agent_id
    _changed(session, identity, request, change="taken", former_handler=before)


def verify(
    session: Session, identity: Identity, request: PersonRequest, *, proof: IdentityProof, proof_on: date
) -> None:  # fmt: skip
    """Say how the identity of whoever asks was verified."""
    _hold_open(session, request)
    if _past(proof_on, field="proof_on") < request.received_on:
        raise DomainError("On ne vérifie pas une identité avant la demande.", field="proof_on")
    request.proof, request.proof_on, request.proof_by = proof, proof_on, identity.agent_id
    _changed(session, identity, request, change="verified", proof=proof.label)


def extend(session: Session, identity: Identity, request: PersonRequest, *, reason: str | None) -> None:  # fmt: skip
    """Give two more months, once, for the reason that is said to the person within the first one."""
    said = require_motive(reason, field="reason", limit=LONGEST_REASON, too_short=WHY_EXTENDED)
    _hold_open(session, request)
    if request.extended_on is not None:
        raise DomainError(EXTENDED)
    if not request.may_be_extended:
        raise DomainError(TOO_LATE)
    request.due_on = months_after(request.received_on, MONTHS + EXTENSION, department=NOWHERE)
    request.extended_on, request.extension_reason = today(), said
    _changed(session, identity, request, change="extended", extended_to=request.due_on)


def answer(
    session: Session, identity: Identity, request: PersonRequest, *, outcome: PersonOutcome, said: str | None, answered_on: date
) -> None:  # fmt: skip
    """Write what the person was answered, once; the request is closed. Raise `DomainError` on what is wrong."""
    _hold_open(session, request)
    if outcome.needs_proof and request.proof is None:
        raise DomainError(NO_PROOF, field="outcome")
    text = require_text(said, field="answer", absent="Écrivez ce qui a été répondu.")
    if _past(answered_on, field="answered_on") < request.received_on:
        raise DomainError("Une réponse ne précède pas la demande.", field="answered_on")
    request.outcome, request.answer = outcome, text
    request.answered_on, request.answered_by = answered_on, identity.agent_id
    session.flush()
    journal.record(
        session, identity, Event.PERSON_REQUEST_CLOSED, person_request=request.id, answer=outcome.label, is_late=request.was_late
    )  # fmt: skip


def tell_late(session: Session) -> None:
    """Tell controllers and administrators of the requests that are late, and whoever treats one that it soon will be; once each."""
    everybody = _keepers(session)
    for request in queries.list_due(session, today() + timedelta(days=SOON)):
        told = everybody
        subject, key = "La réponse à la demande d’une personne est en retard", "late"
        if not request.is_late:
            told = [request.handler_id] if request.handler_id else everybody
            subject, key = "La réponse à la demande d’une personne est due sous sept jours", "soon"
        for agent_id in told:
            announce(
                session, agent_id=agent_id, key=f"person-request:{key}:{request.id}:{request.due_on}",
                subject=subject, path=path_to("person_requests.show", person_request_id=request.id), reason=Reason.DECIDES,
            )  # fmt: skip


def _keepers(session: Session) -> list[int]:
    holders = [Agent.id.in_(holders_of(role)) for role in (Role.CONTROLEUR, Role.ADMINISTRATEUR)]
    active = select(Agent.id).where(Agent.active, holders[0] | holders[1]).order_by(Agent.id)
    return list(session.scalars(active))


def _hold_open(session: Session, request: PersonRequest) -> None:
    if not request.is_open:
        raise DomainError(CLOSED)
    # One that is answered meanwhile can no longer be held: the database lets nobody rewrite it.
    hold(session, request)


def _changed(session: Session, identity: Identity, request: PersonRequest, **details: Any) -> None:  # fmt: skip
    session.flush()
    journal.record(
        session, identity, Event.PERSON_REQUEST_CHANGED, person_request=request.id, **details
    )


def _past(day: date, *, field: str) -> date:
    if day > today():
        raise DomainError(NOT_YET, field=field)
    return day
