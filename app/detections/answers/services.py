"""Write human signals and feedback on detections."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity, system_identity
from app.core.access.rows import carry
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

COMMENT_LIMIT = 5_000


def flag_firm(
    session: Session, identity: Identity, company: Company, *, source: SignalSource, comment: str
) -> HumanSignal:
    """Flag a firm that the algorithm did not detect; its zone may read its confidential data immediately."""
    if identity.agent_id is None:
        raise DomainError("Seul un agent peut signaler une entreprise.")
    if not comment.strip():
        raise DomainError("Dites en une phrase ce que vous savez.", field="comment")
    if len(comment) > COMMENT_LIMIT:
        raise DomainError(f"Le commentaire dépasse {COMMENT_LIMIT} caractères.", field="comment")
    signal = HumanSignal(
        siren=company.siren,
        departments=company.departments,
        author_id=identity.agent_id,
        source=source,
        comment=comment.strip(),
        created_at=utcnow(),
    )
    session.add(signal)
    session.flush()
    _open_to_zone(session, identity, company)
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


def _open_to_zone(session: Session, identity: Identity, company: Company) -> None:
    """Write the day of the first alert, a column that no agent may write.

    The page the agent returns to already shows what the signal opened, so this cannot wait for a task;
    the transaction acts for the system for this one statement, then for the agent again.
    """
    if company.first_alert_on is not None:
        return
    statement = (
        update(Company)
        .where(Company.siren == company.siren, Company.first_alert_on.is_(None))
        .values(first_alert_on=today())
        .execution_options(synchronize_session=False)
    )
    connection = session.connection()
    carry(connection, system_identity("Signalement humain"))
    connection.execute(statement)
    # On error the transaction is rolled back, and its rights with it.
    carry(connection, identity)
    session.refresh(company)


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
