"""Open an accompagnement again, duplicate it, delete it with a reason, undo that. Labels are told each time."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.cases import queries
from app.cases import services as cases
from app.cases.lifecycle.obstacles import require_none
from app.cases.members.services import add_member
from app.cases.models import Case, CaseState, ChangeKind
from app.cases.qualification.services import copy_values
from app.cases.services import ALREADY_OPEN, act_of, emit_event, record_change, record_state
from app.companies.models import Company
from app.companies.queries import get_establishment
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import is_within, today, utcnow
from app.core.text.bounds import require_text
from app.core.work.events import EventKind
from app.labels import services as labels
from app.network.services import follow_by_acting
from app.unlocks import services as unlocks
from app.unlocks.models import Unlock
from app.unlocks.policies import to_open
from app.unlocks.services import Motive

#: a deletion may be undone for this long
UNDONE_WITHIN = timedelta(minutes=30)
IN_PROGRESS = "Cet accompagnement est en cours."
DELETED = "Cet accompagnement a été supprimé."
CLOSED_PLACE = "Cet établissement est fermé : son accompagnement ne peut pas reprendre."
NOT_MINE = "Cet établissement n’est pas dans votre zone."
TOO_LATE = "La suppression ne s’annule plus : trente minutes ont passé."
NOT_DELETED = "Cet accompagnement n’est pas supprimé."
NEEDS_A_MOTIVE = "Cela rouvrirait des données confidentielles : ouvrez plutôt un accompagnement, en disant pourquoi."


def reopen(
    session: Session, identity: Identity, case: Case, *, reason: str | None, motive: Motive | None = None
) -> None:  # fmt: skip
    """Open a closed accompagnement again; where that opens the firm's confidential data, it takes a ``motive``.

    People invited from elsewhere stay members; what their invitations gave ended with it.
    """
    hold(session, case)
    if case.is_open:
        raise DomainError(IN_PROGRESS)
    if case.deleted_at is not None:
        raise DomainError(DELETED)
    said = require_text(reason, field="reason", absent="Dites pourquoi l’accompagnement reprend.")
    company = _come_back(session, identity, case, motive or Motive(source=None, text=None))
    record_state(session, identity, case, before=CaseState.TERMINE, reason=said)
    follow_by_acting(session, identity, company)
    journal.record(
        session, identity, journal.Event.CASE_REOPENED, siren=case.siren, case_id=case.id
    )
    labels.record_support_opened(session, act_of(case, today()))
    emit_event(session, identity, case, kind=EventKind.CASE_REOPENED)


def duplicate(
    session: Session, identity: Identity, origin: Case, *, motive: Motive | None = None
) -> tuple[Case, list[str]]:
    """Open an accompagnement as a closed one was: its people, criticality and values, not its texts nor its measures.

    Return it, with the names of those who could not be added.
    """
    if origin.is_open:
        raise DomainError(IN_PROGRESS)
    place = get_establishment(session, identity, origin.siret)
    opened = cases.open_case(
        session, identity, place, criticality=origin.criticality, motive=motive
    )
    made = queries.get_case(session, identity, opened.id)
    record_change(session, identity, made, ChangeKind.COPY, change=("", str(origin.id)))
    left_out = []
    for member in origin.active_members:
        if member.agent_id == identity.agent_id:
            continue
        try:
            add_member(session, identity, made, agent_id=member.agent_id, role=member.role)
        except DomainError:
            left_out.append(member.agent.full_name)
    copy_values(session, identity, origin=origin, target=made)
    return made, left_out


def delete(session: Session, identity: Identity, case: Case, *, reason: str | None) -> None:
    """Delete an accompagnement on which nothing stands: it is closed without outcome, leaves the lists, and stays in the history."""
    cases.require_open(session, case)
    said = require_text(reason, field="reason", absent="Dites pourquoi vous le supprimez.")
    if not identity.covers([case.department]):
        raise DomainError(NOT_MINE)
    require_none(session, identity, case)
    record_change(
        session, identity, case, ChangeKind.DELETION, change=(case.state.value, said)
    )  # fmt: skip
    moment = utcnow()
    case.state, case.closed_on = CaseState.TERMINE, today()
    case.deleted_at, case.deleted_by, case.updated_at = moment, identity.agent_id, moment
    session.flush()
    unlocks.end_with_case(session, identity, case.unlock_id)
    journal.record(session, identity, journal.Event.CASE_DELETED, siren=case.siren, case_id=case.id)
    labels.record_support_cancelled(session, act_of(case, case.opened_on))
    emit_event(session, identity, case, kind=EventKind.CASE_DELETED)


def restore(session: Session, identity: Identity, case: Case) -> None:
    """Undo a deletion, within `UNDONE_WITHIN`: the accompagnement is as it was."""
    hold(session, case)
    if case.deleted_at is None:
        raise DomainError(NOT_DELETED)
    if not may_restore(case):
        raise DomainError(TOO_LATE)
    motive = _former_motive(session, case)
    if motive.source is None and to_open(identity, case.company):
        raise DomainError(NEEDS_A_MOTIVE)
    former = CaseState(queries.state_when_deleted(session, case))
    _come_back(session, identity, case, motive)
    case.state = former
    session.flush()
    record_change(session, identity, case, ChangeKind.RESTORATION, change=("", former.value))
    journal.record(
        session, identity, journal.Event.CASE_RESTORED, siren=case.siren, case_id=case.id
    )
    labels.record_support_opened(session, act_of(case, case.opened_on))
    emit_event(session, identity, case, kind=EventKind.CASE_RESTORED)


def may_restore(case: Case) -> bool:
    """Return whether the accompagnement is deleted, and that may still be undone."""
    return case.deleted_at is not None and is_within(case.deleted_at, UNDONE_WITHIN)


def _come_back(session: Session, identity: Identity, case: Case, motive: Motive) -> Company:
    """Have it in progress again, standing on an unlock where it opens something; return its firm."""
    place = get_establishment(session, identity, case.siret)
    if not identity.covers([place.department]):
        raise DomainError(NOT_MINE)
    if not place.is_active:
        raise DomainError(CLOSED_PLACE)
    if queries.find_open_case(session, case.siret) is not None:
        raise DomainError(ALREADY_OPEN)
    unlock = unlocks.open_to_case(session, identity, place.company, motive)
    session.flush()
    try:
        with session.begin_nested():
            session.execute(select(func.case_reopen(case.id, unlock.id if unlock else None)))
    except IntegrityError as error:
        # Two agents at the same moment: the unique index has the last word.
        if "uq_support_case_open_siret" not in str(error.orig):
            raise
        raise DomainError(ALREADY_OPEN) from None
    session.refresh(case)
    return place.company


def _former_motive(session: Session, case: Case) -> Motive:
    """The motive of what it had opened; whoever does not read it says it again, in another accompagnement."""
    former = session.get(Unlock, case.unlock_id) if case.unlock_id is not None else None
    if former is None:
        return Motive(source=None, text=None)
    return Motive(source=former.source, text=former.motive)
