"""Log and correct contacts and visits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.cases.assignments import services as assignments
from app.cases.queries import find_open_case
from app.companies.models import Company, Establishment
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import today
from app.core.text.bounds import bounded
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.deadlines import services as deadlines
from app.deadlines.models import Deadline
from app.deadlines.queries import find_of_visit
from app.labels import services as labels
from app.network.comments.readers import Texts
from app.network.comments.services import require_audience
from app.network.services import follow_by_acting
from app.visits import policies, queries
from app.visits.models import (
    Channel,
    ContactResult,
    DifficultyNature,
    Verdict,
    Visit,
    VisitCompanion,
    VisitListing,
    VisitNote,
    VisitPlace,
)

#: the subject kind of a visit in labels and events
SUBJECT = "visit"
NOT_A_COMPANION = (
    "Choisissez des agents dans la liste : un participant doit pouvoir lire la visite."
)
FACTS = ("visited_on", "channel", "contact_result", "verdict", "nature", "severity")
#: the parts of a note that may be corrected; its author was told who would read it, so the audience does not change
NOTES = ("people_met", "body", "next_step", "next_step_on")
#: those that make an échéance
STEP = frozenset({"next_step", "next_step_on"})


@dataclass(frozen=True, kw_only=True)
class Report:
    """What an agent reports of a contact: the facts, known to the zone, then the note, read by its audience."""

    visited_on: date
    channel: Channel
    contact_result: ContactResult
    verdict: Verdict | None = None
    nature: DifficultyNature | None = None
    #: 0 none, 3 grave
    severity: int | None = None
    network_id: int | None = None
    people_met: str | None = ""
    body: str | None = ""
    next_step: str | None = ""
    next_step_on: date | None = None
    #: the numbers of the other establishments that it was of; told once, when it is logged
    places: Sequence[str] = ()
    #: the agents who took part; none: as it was
    companions: Collection[int | None] | None = None


def log_visit(
    session: Session, identity: Identity, establishment: Establishment, report: Report
) -> Visit:
    """Log a visit to an establishment in reach, attached to its open accompagnement and to the list in force."""
    where = _require_place(identity, establishment)
    _require_coherent(report)
    network_id = require_audience(identity, report.network_id)
    texts = _texts_of(report)
    others = _require_places(session, identity, establishment, report.places)
    departments = sorted({where, *(_require_place(identity, each) for each in others)})
    case = find_open_case(session, establishment.siret)
    listed = queries.find_listed(session, establishment.siren)
    visit = Visit(
        siret=establishment.siret,
        siren=establishment.siren,
        department=where,
        departments=departments,
        case_id=case.id if case else None,
        author_id=identity.agent_id,
        **{name: getattr(report, name) for name in FACTS},
    )
    session.add(visit)
    session.flush()
    note = VisitNote(
        visit_id=visit.id, author_id=identity.agent_id, siren=visit.siren, departments=departments,
        network_id=network_id, **texts,
    )  # fmt: skip
    session.add(note)
    if listed:
        session.add(VisitListing(visit_id=visit.id, entry_id=listed.id))
    session.add_all(VisitPlace(visit_id=visit.id, siret=each.siret) for each in others)
    session.flush()
    follow_by_acting(session, identity, session.get_one(Company, visit.siren))
    assignments.settle(session, identity, visit.siren)
    deadlines.settle_steps(session, identity, visit.siren)
    _keep_step(session, identity, visit, note, known=None)
    journal.record(
        session, identity, journal.Event.VISIT_LOGGED, siren=visit.siren,
        visit_id=visit.id, case_id=visit.case_id, network_id=network_id,
        **({"places": [each.siret for each in others]} if others else {}),
    )  # fmt: skip
    _record_label(session, visit, p_select=listed.p_select if listed else None)
    _emit_event(session, identity, visit, kind=EventKind.VISIT_LOGGED)
    _keep_companions(session, identity, visit, report.companions or (), known=())
    return visit


def correct_visit(session: Session, identity: Identity, visit: Visit, report: Report) -> None:
    """Correct the author's own visit. The journal keeps the facts before and after; of the note, only which parts changed.

    A corrected fact emits a new event, and a later label corrects the one recorded from the visit. Whoever is said to have taken part
    since is told.
    """
    if not policies.is_author(identity, visit) or visit.note is None:
        raise DomainError("Seul l’auteur d’une visite peut la corriger.")
    _require_coherent(report)
    hold(session, visit)
    hold(session, visit.note)
    if report.companions is not None:
        present = [each.id for each in queries.list_companions(session, visit.id)]
        _keep_companions(session, identity, visit, report.companions, known=present)
    changed = _write(visit, {name: getattr(report, name) for name in FACTS})
    rewritten = _write(visit.note, _texts_of(report))
    if not changed and not rewritten:
        return
    session.flush()
    journal.record(
        session, identity, journal.Event.VISIT_CORRECTED, siren=visit.siren,
        visit_id=visit.id, changes=changed, note_changes=sorted(rewritten),
    )  # fmt: skip
    if rewritten.keys() & STEP:
        known = find_of_visit(session, visit.id)
        _keep_step(session, identity, visit, visit.note, known=known)
    if changed:
        _record_label(session, visit, p_select=queries.find_p_select(session, visit.id))
        _emit_event(session, identity, visit, kind=EventKind.VISIT_CORRECTED)


def _keep_companions(
    session: Session, identity: Identity, visit: Visit, said: Collection[int | None], *, known: Collection[int]
) -> None:  # fmt: skip
    """Keep who took part besides the author, and tell those who are new; raise `DomainError` for whoever may not read the visit."""
    wanted = set(said) - {identity.agent_id}
    added, removed = wanted - set(known), set(known) - wanted
    if not added and not removed:
        return
    texts = Texts(siren=visit.siren, departments=visit.departments)
    numbers = {number for number in added if number is not None}
    offered = queries.list_offered(session, identity, texts, among=numbers)
    if {row.id for row in offered} != added:
        raise DomainError(NOT_A_COMPANION, field="companions")
    gone = (VisitCompanion.visit_id == visit.id, VisitCompanion.agent_id.in_(removed))
    session.execute(delete(VisitCompanion).where(*gone))
    session.add_all(VisitCompanion(visit_id=visit.id, agent_id=number) for number in numbers)
    session.flush()
    journal.record(
        session, identity, journal.Event.VISIT_SHARED, siren=visit.siren, visit_id=visit.id,
        companions=sorted(numbers), companions_removed=sorted(removed),
    )  # fmt: skip
    for number in sorted(numbers):
        _emit_event(session, identity, visit, kind=EventKind.VISIT_SHARED, agent_id=number)


def _require_place(identity: Identity, establishment: Establishment) -> str:
    """Return where an establishment is; raise `DomainError` when no visit may be logged there."""
    if not policies.may_visit(identity, establishment):
        raise DomainError("Cet établissement n’est pas dans votre zone.")
    if establishment.department is None:
        raise DomainError("Le département de cet établissement est inconnu de la base Sirene.")
    return establishment.department


def _require_places(
    session: Session, identity: Identity, establishment: Establishment, sirets: Sequence[str]
) -> Sequence[Establishment]:
    """Return the other establishments of the same firm that a visit was of."""
    wanted = set(sirets) - {establishment.siret}
    places = queries.find_places(session, identity, establishment.siren, wanted)
    if len(places) != len(wanted):
        raise DomainError("Choisissez des établissements dans la liste.", field="places")
    return places


def _keep_step(
    session: Session, identity: Identity, visit: Visit, note: VisitNote, *, known: Deadline | None
) -> None:
    """Make an échéance of the next step of a visit, for its author and the readers of its note, or have it say what it says now."""
    if known is not None:
        deadlines.follow_step(
            session, identity, known, what=note.next_step, due_on=note.next_step_on
        )
    elif note.next_step_on is not None:
        step = Deadline(
            siren=visit.siren, departments=note.departments, case_id=visit.case_id, visit_id=visit.id,
            network_id=note.network_id, what=note.next_step, due_on=note.next_step_on,
        )  # fmt: skip
        deadlines.plan_step(session, identity, step)


def _write(row: Visit | VisitNote, values: dict[str, object]) -> dict[str, list[object]]:
    changed = journal.changes({name: getattr(row, name) for name in values}, values)
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _texts_of(report: Report) -> dict[str, object]:
    return {
        "people_met": bounded(report.people_met, field="people_met"),
        "body": bounded(report.body, field="body"),
        "next_step": bounded(report.next_step, field="next_step"),
        "next_step_on": report.next_step_on,
    }


def _require_coherent(report: Report) -> None:
    if report.visited_on > today():
        raise DomainError("Une visite ne peut pas être datée de demain.", field="visited_on")
    answered = report.contact_result == ContactResult.REPONDU
    if answered and report.verdict is None:
        raise DomainError("L’entreprise a répondu : dites ce que vous concluez.", field="verdict")
    if not answered and report.verdict is not None:
        raise DomainError("Sans réponse de l’entreprise, il n’y a pas de verdict.", field="verdict")
    if report.severity is not None and not 0 <= report.severity <= 3:
        raise DomainError("La gravité va de 0 à 3.", field="severity")
    if report.next_step_on is not None and report.next_step_on < report.visited_on:
        raise DomainError(
            "La prochaine étape ne peut pas précéder la visite.", field="next_step_on"
        )


def _record_label(session: Session, visit: Visit, *, p_select: float | None) -> None:
    """Record the label of the contact; an answer without a verdict gives none."""
    act = labels.LabelledAct(
        siren=visit.siren,
        occurred_on=visit.visited_on,
        subject_kind=SUBJECT,
        subject_id=visit.id,
    )
    if visit.contact_result is ContactResult.REFUS:
        labels.record_refusal(session, act, p_select=p_select)
    elif visit.contact_result is ContactResult.INJOIGNABLE:
        labels.record_unreachable(session, act, p_select=p_select)
    elif visit.verdict is not None:
        labels.record_verdict(session, act, verdict=visit.verdict.value, p_select=p_select)


def _emit_event(
    session: Session, identity: Identity, visit: Visit, *, kind: EventKind, agent_id: int | None = None
) -> None:  # fmt: skip
    """Tell what was done of a visit; ``agent_id``: whom that concerns alone."""
    said = {
        "contact_result": visit.contact_result.value,
        "verdict": visit.verdict.value if visit.verdict else None,
    }
    event = DomainEvent(
        kind=kind,
        siren=visit.siren,
        departments=visit.departments,
        subject_kind=SUBJECT,
        subject_id=visit.id,
        occurred_on=visit.visited_on,
        details=said if agent_id is None else {"agent_id": agent_id},
    )
    events.emit(session, identity, event)
