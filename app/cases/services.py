"""Open, update and close accompagnements."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.endings import CLOSED, Ending, require_coherent
from app.cases.models import (
    Case,
    CaseChange,
    CaseMember,
    CaseOutcome,
    CaseState,
    CaseStateChange,
    ChangeKind,
    Criticality,
    MemberRole,
)
from app.cases.summaries import services as summaries
from app.companies.models import Company, Establishment
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import bounded
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.labels import services as labels
from app.network.comments import services as comments
from app.network.models import Comment
from app.network.services import follow_by_acting
from app.unlocks import services as unlocks
from app.unlocks.services import Motive

#: the subject kind of an accompagnement in labels and events
SUBJECT = "case"
ALREADY_OPEN = "Un accompagnement est déjà ouvert sur cet établissement."
ONLY_WATCHERS = (
    "Seuls les membres du réseau Direccte peuvent mettre une entreprise sous surveillance."
)


def open_case(
    session: Session, identity: Identity, establishment: Establishment, *,
    criticality: Criticality = Criticality.NONE, context: str | None = "", motive: Motive | None = None,
) -> Case:  # fmt: skip
    """Open an accompagnement on an active establishment of the zone; its opener is its first référent, and writes the first words of
    its synthèse.

    Where it opens the firm's confidential data to its opener, it takes a ``motive``, as an unlock does.
    """
    _require_openable(session, identity, establishment)
    company = session.get_one(Company, establishment.siren)
    motive = motive or Motive(source=None, text=None)
    unlock = unlocks.open_to_case(session, identity, company, motive)
    case = Case(
        siret=establishment.siret,
        siren=establishment.siren,
        department=establishment.department,
        state=CaseState.EN_COURS,
        criticality=criticality,
        opened_on=today(),
        opened_by=identity.agent_id,
        unlock_id=unlock.id if unlock else None,
    )
    _insert(session, case)
    session.add(CaseMember(case_id=case.id, agent_id=identity.agent_id, role=MemberRole.REFERENT))
    session.flush()
    record_state(session, identity, case, before=None)
    follow_by_acting(session, identity, company)
    trace = {"case_id": case.id, "siret": case.siret}
    journal.record(session, identity, journal.Event.CASE_OPENED, siren=case.siren, **trace)
    summaries.begin(session, identity, case, context)
    labels.record_support_opened(session, act_of(case, case.opened_on))
    emit_event(session, identity, case, kind=EventKind.CASE_OPENED)
    return case


def update_case(
    session: Session, identity: Identity, case: Case, *, criticality: Criticality
) -> None:
    """Change the priority."""
    require_open(session, case)
    changed = journal.changes({"criticality": case.criticality}, {"criticality": criticality})
    if not changed:
        return
    change = (case.criticality.value, criticality.value)
    record_change(session, identity, case, ChangeKind.CRITICALITY, change=change)
    case.criticality, case.updated_at = criticality, utcnow()
    session.flush()
    journal.record(
        session, identity, journal.Event.CASE_UPDATED, siren=case.siren,
        case_id=case.id, changes=changed,
    )  # fmt: skip


def change_state(
    session: Session, identity: Identity, case: Case, *, state: CaseState, reason: str | None = ""
) -> None:
    """Change the state of an open accompagnement; `close_case` closes it."""
    require_open(session, case)
    if state == CaseState.TERMINE:
        raise DomainError("Pour terminer un accompagnement, enregistrez son issue.", field="state")
    if state == CaseState.SOUS_SURVEILLANCE and not queries.may_watch(session, identity):
        raise DomainError(ONLY_WATCHERS, field="state")
    if state == case.state:
        return
    before, case.state, case.updated_at = case.state, state, utcnow()
    session.flush()
    record_state(session, identity, case, before=before, reason=bounded(reason, field="reason"))
    journal.record(
        session, identity, journal.Event.CASE_UPDATED, siren=case.siren,
        case_id=case.id, changes={"state": [before, state]},
    )  # fmt: skip
    emit_event(
        session, identity, case, kind=EventKind.CASE_STATE_CHANGED, details={"state": state.value}
    )


def close_case(session: Session, identity: Identity, case: Case, ending: Ending) -> CaseOutcome:
    """Close an accompagnement with its outcome."""
    require_open(session, case)
    recorded = _record_outcome(session, identity, case, ending)
    before, case.state, case.closed_on = case.state, CaseState.TERMINE, ending.occurred_on
    case.updated_at = utcnow()
    session.flush()
    record_state(session, identity, case, before=before)
    unlocks.end_with_case(session, identity, case.unlock_id)
    trace = {"case_id": case.id, "outcome": ending.outcome, "occurred_on": ending.occurred_on}
    journal.record(session, identity, journal.Event.CASE_CLOSED, siren=case.siren, **trace)
    act = act_of(case, ending.occurred_on)
    labels.record_support_closed(session, act, outcome=ending.outcome.value)
    _emit_outcome(session, identity, case, ending, kind=EventKind.CASE_CLOSED)
    return recorded


def comment(
    session: Session, identity: Identity, case: Case, *, network_id: int | None, body: str | None
) -> Comment:
    """Comment on an open accompagnement, for one of the author's networks."""
    require_open(session, case)
    company = session.get_one(Company, case.siren)
    return comments.write(
        session, identity, company, case_id=case.id, network_id=network_id, body=body
    )


def revise_outcome(session: Session, identity: Identity, case: Case, ending: Ending) -> CaseOutcome:
    """Revise the outcome of a closed accompagnement; former outcomes are kept and the latest counts."""
    hold(session, case)
    if case.is_open:
        raise DomainError("Cet accompagnement n’est pas terminé : enregistrez d’abord son issue.")
    recorded = _record_outcome(session, identity, case, ending)
    changes = journal.changes(
        {"closed_on": case.closed_on}, {"closed_on": ending.occurred_on, "outcome": ending.outcome}
    )
    case.closed_on, case.updated_at = ending.occurred_on, utcnow()
    session.flush()
    trace = {"case_id": case.id, "changes": changes}
    journal.record(session, identity, journal.Event.CASE_UPDATED, siren=case.siren, **trace)
    act = act_of(case, ending.occurred_on)
    labels.record_outcome(session, act, outcome=ending.outcome.value)
    _emit_outcome(session, identity, case, ending, kind=EventKind.OUTCOME_REVISED)
    return recorded


def require_open(session: Session, case: Case) -> None:
    """Raise `DomainError` on a closed accompagnement: it is read-only.

    The row is locked: of two concurrent actions, the second sees what the first did.
    """
    hold(session, case)
    if not case.is_open:
        raise DomainError(CLOSED)


def record_state(
    session: Session, identity: Identity, case: Case, *, before: CaseState | None, reason: str = ""
) -> None:
    """Add a line to the history of states."""
    change = CaseStateChange(
        case_id=case.id,
        from_state=before,
        to_state=case.state,
        agent_id=identity.agent_id,
        reason=reason,
    )
    session.add(change)
    session.flush()


def record_change(
    session: Session, identity: Identity, case: Case, kind: ChangeKind, *,
    change: tuple[str, str], concerned_id: int | None = None,
) -> None:  # fmt: skip
    """Add a line to the history: what was before, and after."""
    before, after = change
    session.add(
        CaseChange(
            case_id=case.id, kind=kind, before=before, after=after, concerned_id=concerned_id,
            agent_id=identity.agent_id, changed_at=utcnow(),
        )
    )  # fmt: skip
    session.flush()


def emit_event(
    session: Session, identity: Identity, case: Case, *,
    kind: EventKind, occurred_on: date | None = None, details: Mapping[str, str | int | None] | None = None,
) -> None:  # fmt: skip
    """Emit an event to the other domains; the zone of the establishment may know the fact."""
    event = DomainEvent(
        kind=kind,
        siren=case.siren,
        departments=[case.department],
        subject_kind=SUBJECT,
        subject_id=case.id,
        occurred_on=occurred_on or today(),
        details=details or {},
    )
    events.emit(session, identity, event)


def act_of(case: Case, day: date) -> labels.LabelledAct:
    """Return what a label of ``case`` is derived from."""
    return labels.LabelledAct(
        siren=case.siren, occurred_on=day, subject_kind=SUBJECT, subject_id=case.id
    )


def _insert(session: Session, case: Case) -> None:
    try:
        with session.begin_nested():
            session.add(case)
            session.flush()
    except IntegrityError as error:
        # Two agents at the same moment: the unique index has the last word.
        if "uq_support_case_open_siret" not in str(error.orig):
            raise
        raise DomainError(ALREADY_OPEN) from None


def _require_openable(session: Session, identity: Identity, establishment: Establishment) -> None:
    if not identity.covers([establishment.department]):
        raise DomainError("Cet établissement n’est pas dans votre zone.")
    if not establishment.is_active:
        raise DomainError("Cet établissement est fermé : choisissez un établissement actif.")
    if queries.find_open_case(session, establishment.siret) is not None:
        raise DomainError(ALREADY_OPEN)


def _record_outcome(
    session: Session, identity: Identity, case: Case, ending: Ending
) -> CaseOutcome:
    require_coherent(case, ending)
    recorded = CaseOutcome(
        case_id=case.id,
        outcome=ending.outcome,
        occurred_on=ending.occurred_on,
        jobs_at_stake=ending.jobs_at_stake,
        jobs_kept=ending.jobs_kept,
        comment=bounded(ending.comment, field="comment"),
        recorded_by=identity.agent_id,
    )
    session.add(recorded)
    session.flush()
    return recorded


def _emit_outcome(
    session: Session, identity: Identity, case: Case, ending: Ending, *, kind: EventKind
) -> None:
    details = {"outcome": ending.outcome.value}
    emit_event(session, identity, case, kind=kind, occurred_on=ending.occurred_on, details=details)
