"""Write human signals and answers to alerts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity, Nature
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import normalised
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.detections.answers import queries
from app.detections.answers.models import AnswerKind, AnswerReason, DetectionAnswer
from app.detections.lists import queries as lists
from app.detections.models import DetectionEntry, DetectionList, HumanSignal, SignalSource
from app.unlocks import services as unlocks
from app.unlocks.models import UnlockSource
from app.unlocks.services import Motive
from scoring.vocabulary import Novelty

COMMENT_LIMIT = 5_000
#: how long a firm may be watched before its alert reappears
LONGEST_WATCH = timedelta(days=366)
#: in the feed, of an answer that its author takes back
WITHDRAWN = "retrait"
#: where the need to read the firm comes from, for each source of a signal
NEED = {
    SignalSource.INTERNE: UnlockSource.INTERNE,
    SignalSource.DIRIGEANT: UnlockSource.INTERNE,
    SignalSource.EXTERNE: UnlockSource.EXTERNE,
    SignalSource.PRESSE: UnlockSource.EXTERNE,
}


def flag_firm(
    session: Session, identity: Identity, company: Company, *, source: SignalSource, comment: str
) -> HumanSignal:
    """Flag a firm that the algorithm did not detect: its zone may read its confidential data immediately, for thirty days.

    A second person who flags it opens it for good: ``docs/adr/0022-what-opens-a-firm.md``.
    """
    if identity.agent_id is None:
        raise DomainError("Seul un agent peut signaler une entreprise.")
    motive = Motive(source=NEED[source], text=comment, field="comment")
    unlock = unlocks.open_to_zone(session, identity, company, motive)
    signal = HumanSignal(
        siren=company.siren,
        departments=company.departments,
        author_id=identity.agent_id,
        source=source,
        comment=unlock.motive,
        unlock_id=unlock.id,
        created_at=utcnow(),
    )
    session.add(signal)
    session.flush()
    session.expire(company, ["readable"])
    journal.record(
        session,
        identity,
        journal.Event.SIGNAL_WRITTEN,
        siren=company.siren,
        signal=signal.id,
        source=source,
    )
    events.emit(
        session,
        identity,
        DomainEvent(
            kind=EventKind.SIGNAL_WRITTEN,
            siren=company.siren,
            departments=company.departments,
            subject_kind="human_signal",
            subject_id=signal.id,
            occurred_on=today(),
            details={"source": source.value},
        ),
    )
    return signal


@dataclass(frozen=True, kw_only=True)
class AlertAnswer:
    """What an agent answers to an alert; ``returns_on``: of a firm that they watch, the day on which they will look again."""

    kind: AnswerKind
    reasons: Sequence[AnswerReason]
    returns_on: date | None = None
    comment: str = ""


def answer(session: Session, identity: Identity, entry: DetectionEntry, said: AlertAnswer) -> None:
    """Answer an alert; a second answer replaces the first. Raise `DomainError` when it says too little, or of a past alert."""
    _require_said(said)
    _require_last(session, entry)
    values: dict[str, Any] = {
        "kind": said.kind,
        "reasons": [reason.value for reason in said.reasons],
        "comment": normalised(said.comment),
        "returns_on": said.returns_on,
        "ended_at": None,
    }
    former = queries.find_answer(session, identity, entry)
    told = ("kind", "reasons", "returns_on")
    before = {name: getattr(former, name) for name in (*told, "comment")} if former else {}
    _write(session, identity, entry, values | {"answered_at": utcnow(), "is_shared": True})
    changes = journal.changes(before, {name: values[name] for name in told})
    # A text never enters the journal.
    comment_changed = values["comment"] != before.get("comment", "")
    _trace(session, identity, entry, changes=changes, comment_changed=comment_changed)
    _tell(session, identity, entry, answer=said.kind.value, returns_on=said.returns_on)


def withdraw(session: Session, identity: Identity, entry: DetectionEntry) -> None:
    """Withdraw one's own answer: the alert is to be answered again. Raise `DomainError` when there is none that counts."""
    former = queries.find_answer(session, identity, entry)
    if former is None or former.ended_at is not None:
        raise DomainError("Vous n’avez pas de réponse en cours à cette alerte.")
    former.ended_at = utcnow()
    session.flush()
    _trace(session, identity, entry, changes={"kind": [former.kind, None]}, comment_changed=False)
    _tell(session, identity, entry, answer=WITHDRAWN, returns_on=None)


def end_due(session: Session, identity: Identity) -> int:
    """End the answers whose day has come, and say that their alerts reappear; return how many. For the system."""
    current = lists.find_current_list(session)
    due = queries.list_due(session)
    for known in due:
        known.ended_at = utcnow()
        session.flush()
        if current is None:
            continue
        entry = lists.find_entry(session, current, known.siren)
        # Of a firm that the list no longer names, there is no alert to come back to.
        if entry is not None:
            _say_returned(session, identity, known, entry)
    return len(due)


def end_overtaken(session: Session, published: DetectionList) -> None:
    """End the answers to former alerts of the firms that a list says newly in alert, or worse. For the system."""
    worse = select(DetectionEntry.siren).where(
        DetectionEntry.list_id == published.id, DetectionEntry.novelty != Novelty.NONE
    )
    former = select(DetectionEntry.id).join(DetectionEntry.list)
    former = former.where(DetectionList.as_of < published.as_of)
    session.execute(
        update(DetectionAnswer)
        .where(
            DetectionAnswer.ended_at.is_(None),
            DetectionAnswer.siren.in_(worse),
            DetectionAnswer.entry_id.in_(former),
        )
        .values(ended_at=utcnow())
    )


def _require_said(said: AlertAnswer) -> None:
    if not said.reasons:
        raise DomainError("Dites pourquoi : choisissez au moins une raison.", field="reasons")
    if set(said.reasons) - set(said.kind.reasons):
        raise DomainError("Choisissez parmi les raisons proposées.", field="reasons")
    if len(said.comment) > COMMENT_LIMIT:
        raise DomainError(f"Le commentaire dépasse {COMMENT_LIMIT} caractères.", field="comment")
    if said.kind is not AnswerKind.WATCHED:
        return
    if said.returns_on is None or not today() < said.returns_on <= today() + LONGEST_WATCH:
        raise DomainError(
            "Choisissez un jour à venir, dans un an au plus : l’alerte reparaîtra ce jour-là.",
            field="returns_on",
        )


def _require_last(session: Session, entry: DetectionEntry) -> None:
    current = lists.find_current_list(session)
    if current is None or entry.list_id != current.id:
        raise DomainError(
            "Cette alerte est d’une liste remplacée : répondez à celle de la liste en vigueur."
        )


def _write(
    session: Session, identity: Identity, entry: DetectionEntry, values: dict[str, Any]
) -> None:
    key = {"entry_id": entry.id, "agent_id": identity.agent_id}
    of_firm = {"siren": entry.siren, "departments": entry.departments}
    statement = insert(DetectionAnswer).values(**key, **of_firm, **values)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
    session.expire_all()


def _trace(session: Session, identity: Identity, entry: DetectionEntry, **details: Any) -> None:
    told = {"entry": entry.id, **details}
    journal.record(session, identity, journal.Event.ALERT_ANSWERED, siren=entry.siren, **told)


def _tell(
    session: Session,
    identity: Identity,
    entry: DetectionEntry,
    *,
    answer: str,
    returns_on: date | None,
) -> None:
    day = None if returns_on is None else returns_on.isoformat()
    _emit(session, identity, entry, EventKind.ALERT_ANSWERED, answer=answer, returns_on=day)


def _say_returned(
    session: Session, identity: Identity, known: DetectionAnswer, entry: DetectionEntry
) -> None:
    journal.record(
        session, identity, journal.Event.ALERT_RETURNED, siren=known.siren, entry=entry.id
    )
    # Whoever asked to look again is told by name, follower or not.
    kind = EventKind.ALERT_RETURNED
    _emit(session, identity, entry, kind, agent_id=known.agent_id)


def _emit(
    session: Session,
    identity: Identity,
    entry: DetectionEntry,
    kind: EventKind,
    **details: str | int | None,
) -> None:
    events.emit(
        session,
        identity,
        DomainEvent(
            kind=kind,
            siren=entry.siren,
            departments=entry.departments,
            subject_kind="detection_entry",
            subject_id=entry.id,
            occurred_on=today(),
            nature=Nature.SCORE.value,
            details=details,
        ),
    )
