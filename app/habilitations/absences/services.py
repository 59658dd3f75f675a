"""Declare that an agent is away, and cancel it."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.habilitations.absences import queries
from app.habilitations.absences.models import Absence

#: the longest absence: beyond, accompagnements are handed over
LONGEST = timedelta(days=366)
NO_DAY = "Saisissez une date, par exemple 22/11/2026."
NOBODY = "Choisissez un collègue dans la liste."


@dataclass(frozen=True, kw_only=True)
class DeclaredAbsence:
    """What is declared: from which day to which, both away, and whom to see."""

    starts_on: date | None
    ends_on: date | None
    delegate_id: int | None


def declare(session: Session, identity: Identity, agent: Agent, said: DeclaredAbsence) -> Absence:
    """Say when an agent is away, in the place of what was said before."""
    starts_on, ends_on = _require_days(said)
    colleagues = {each.id for each in queries.list_delegates(session, agent.id)}
    if said.delegate_id is not None and said.delegate_id not in colleagues:
        raise DomainError(NOBODY, field="delegate_id")
    # Two tabs, or the agent and their head: the second replaces what the first said.
    _end_declared(session, agent.id)
    absence = Absence(
        agent_id=agent.id, starts_on=starts_on, ends_on=ends_on, delegate_id=said.delegate_id,
        declared_by=identity.agent_id,
    )  # fmt: skip
    session.add(absence)
    session.flush()
    _trace(session, identity, absence, change="created")
    return absence


def cancel(session: Session, identity: Identity, agent: Agent) -> None:
    """Say that an agent is not away."""
    absence = queries.find_declared(session, agent.id)
    if absence is None:
        raise DomainError("Aucune absence n’est déclarée.")
    hold(session, absence)
    absence.cancelled_at = utcnow()
    session.flush()
    _trace(session, identity, absence, change="withdrawn")


def _end_declared(session: Session, agent_id: int) -> None:
    """End what was declared of an agent, over or not."""
    declared = (Absence.agent_id == agent_id, Absence.cancelled_at.is_(None))
    session.execute(update(Absence).where(*declared).values(cancelled_at=utcnow()))


def _require_days(said: DeclaredAbsence) -> tuple[date, date]:
    if said.starts_on is None:
        raise DomainError(NO_DAY, field="starts_on")
    if said.ends_on is None:
        raise DomainError(NO_DAY, field="ends_on")
    if said.ends_on < said.starts_on:
        raise DomainError("Le dernier jour vient avant le premier.", field="ends_on")
    if said.ends_on < today():
        raise DomainError("Ce jour est déjà passé.", field="ends_on")
    if said.ends_on - max(said.starts_on, today()) > LONGEST:
        raise DomainError("Une absence se déclare pour un an au plus.", field="ends_on")
    return said.starts_on, said.ends_on


def _trace(session: Session, identity: Identity, absence: Absence, *, change: str) -> None:
    journal.record(
        session, identity, journal.Event.ABSENCE_DECLARED, agent_id=absence.agent_id, change=change,
        starts_on=absence.starts_on, ends_on=absence.ends_on, delegate=absence.delegate_id,
    )  # fmt: skip
