"""Write a demand into the register, and its answer, once."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity, Role
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import today
from app.core.text.bounds import normalised, require_text
from app.core.working_days import months_after
from app.transparency.algorithm.wordings import MONTHS_TO_ANSWER
from app.transparency.demands import queries
from app.transparency.demands.models import (
    LONGEST_FUNCTION,
    Demand,
    DemandKind,
    DemandOutcome,
)

DIGITS = 9
NO_FIRM = "Aucune entreprise n’a ce numéro : vérifiez ses neuf chiffres."
ELSEWHERE = "Cette entreprise n’est pas dans votre zone : demandez à un administrateur d’inscrire la demande."
ANSWERED = "Cette demande a déjà une réponse : elle ne se réécrit pas."


@dataclass(frozen=True, kw_only=True)
class ReceivedDemand:
    """A demand as it is received."""

    kind: DemandKind
    siren: str
    asked_as: str
    body: str
    received_on: date


def write(session: Session, identity: Identity, received: ReceivedDemand) -> Demand:
    """Write a demand; its answer is due in a month, or the first working day after. Raise `DomainError` on what is wrong."""
    siren = "".join(received.siren.split())
    departments = queries.departments_of(session, identity, siren) if len(siren) == DIGITS else None
    if departments is None:
        raise DomainError(NO_FIRM, field="siren")
    if not identity.has_role(Role.ADMINISTRATEUR) and not identity.covers(departments):
        raise DomainError(ELSEWHERE, field="siren")
    demand = Demand(
        kind=received.kind,
        number=siren,
        departments=departments,
        asked_as=_function(received.asked_as),
        body=require_text(received.body, field="body", absent="Écrivez ce qui est demandé."),
        received_on=_past(received.received_on, field="received_on"),
        due_on=due_on(received.received_on, department=departments[0] if departments else ""),
        author_id=identity.agent_id,
    )
    session.add(demand)
    session.flush()
    journal.record(session, identity, Event.DEMAND_WRITTEN, demand=demand.id)
    return demand


def answer(
    session: Session, identity: Identity, demand: Demand, *, outcome: DemandOutcome, said: str, answered_on: date
) -> None:  # fmt: skip
    """Write what a firm was answered, once. Raise `DomainError` on what is wrong."""
    if demand.outcome is not None:
        raise DomainError(ANSWERED)
    # One that is answered meanwhile can no longer be held: the database lets nobody rewrite it.
    hold(session, demand)
    text = require_text(said, field="answer", absent="Écrivez ce qui a été répondu.")
    if _past(answered_on, field="answered_on") < demand.received_on:
        raise DomainError("Une réponse ne précède pas la demande.", field="answered_on")
    demand.outcome, demand.answer = outcome, text
    demand.answered_on, demand.answered_by = answered_on, identity.agent_id
    session.flush()
    journal.record(session, identity, Event.DEMAND_ANSWERED, demand=demand.id)


def due_on(received_on: date, *, department: str) -> date:
    """Return the day by which an answer is due: a month later, or the first working day that follows."""
    return months_after(received_on, MONTHS_TO_ANSWER, department=department)


def _function(said: str) -> str:
    function = normalised(said)
    if not function:
        raise DomainError("Dites à quel titre on demande : gérant, expert-comptable…", field="asked_as")  # fmt: skip
    if len(function) > LONGEST_FUNCTION:
        raise DomainError(f"{LONGEST_FUNCTION} caractères au plus.", field="asked_as")
    return function


def _past(day: date, *, field: str) -> date:
    if day > today():
        raise DomainError("Ce jour n’est pas encore venu.", field=field)
    return day
