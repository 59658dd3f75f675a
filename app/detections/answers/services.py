"""Write human signals and feedback on detections."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.detections.lists import queries
from app.detections.models import (
    DetectionEntry,
    DetectionFeedback,
    FeedbackReason,
    HumanSignal,
    SignalSource,
)
from app.unlocks import services as unlocks
from app.unlocks.models import UnlockSource
from app.unlocks.services import Motive

COMMENT_LIMIT = 5_000
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


def give_feedback(
    session: Session,
    identity: Identity,
    entry: DetectionEntry,
    *,
    is_useful: bool,
    reasons: Sequence[FeedbackReason] = (),
    comment: str = "",
) -> None:
    """Record whether a detection was useful; a second answer replaces the first."""
    if not is_useful and not reasons:
        raise DomainError(
            "Dites pourquoi cette détection n’est pas utile : choisissez au moins une raison.",
            field="reasons",
        )
    if len(comment) > COMMENT_LIMIT:
        raise DomainError(f"Le commentaire dépasse {COMMENT_LIMIT} caractères.", field="comment")
    former = queries.find_feedback(session, identity, entry)
    values = {
        "is_useful": is_useful,
        "reasons": [] if is_useful else [reason.value for reason in reasons],
        "comment": comment.strip(),
    }
    before = {name: getattr(former, name) for name in values} if former else {"comment": ""}
    changes = journal.changes(before, values)
    # A text never enters the journal.
    comment_changed = changes.pop("comment", None) is not None
    statement = insert(DetectionFeedback).values(
        entry_id=entry.id, agent_id=identity.agent_id, updated_at=utcnow(), **values
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["entry_id", "agent_id"], set_={**values, "updated_at": utcnow()}
        )
    )
    session.expire_all()
    journal.record(
        session,
        identity,
        journal.Event.DETECTION_FEEDBACK,
        siren=entry.siren,
        entry=entry.id,
        changes=changes,
        comment_changed=comment_changed,
    )
