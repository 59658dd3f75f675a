"""Write batches: begun, received, published in full with the portal's tables, refused, decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.imports import policies, queries
from app.imports.archive import Received
from app.imports.models import (
    Batch,
    BatchCheck,
    BatchDecision,
    BatchFile,
    BatchState,
    Decision,
    worst,
)
from scoring.data.sources.report import FileReport
from scoring.vocabulary import CheckLevel

DECIDE_LOCK = 7_146_011

BROKEN = "Une erreur interne a arrêté l’import ; elle est enregistrée. Rien n’a été publié."
LOST = (
    "La décision n’a pas pu être appliquée : le traitement a été interrompu. Prenez-la de nouveau."
)
INTERRUPTED = "L’import a été interrompu avant la fin. Relancez-le : rien n’a été publié."


@dataclass(frozen=True, kw_only=True)
class FileAccount:
    """What became of one file.

    ``already_received`` says that none of its content was imported again;
    ``waits_in`` names the batch where it waits for a decision.
    """

    received: Received
    report: FileReport
    already_received: bool = False
    waits_in: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return self.report.as_dict() | {"known": self.already_received}


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where a batch comes from, who asked for it, and whether a person reviews it before publication."""

    origin: str
    started_by: int | None = None
    is_held: bool = False
    replays: str | None = None


def begin_batch(session: Session, identity: Identity, *, batch_id: str, start: Start) -> None:
    """Record that a batch is being read, at the request of an agent or of the system."""
    session.add(
        Batch(
            id=batch_id,
            state=BatchState.LOADING,
            origin=start.origin,
            started_at=utcnow(),
            started_by=start.started_by or identity.agent_id,
            is_held=start.is_held,
            replays=start.replays,
        )
    )
    session.flush()


def follow_batch(session: Session, *, batch_id: str, progress: Mapping[str, object]) -> None:
    """Record how far the reading of a batch has got."""
    session.execute(update(Batch).where(Batch.id == batch_id).values(progress=dict(progress)))


def receive_batch(
    session: Session,
    identity: Identity,
    *,
    batch_id: str,
    accounts: Iterable[FileAccount],
    checks: Sequence[BatchCheck],
) -> bool:
    """Record what was read and how it compares; return whether the batch waits for a decision."""
    batch = queries.get_batch(session, identity, batch_id)
    batch.checks.extend(checks)
    batch.level = worst(check.level for check in checks)
    _add_files(session, batch, accounts)
    if not policies.must_wait(batch):
        return False
    batch.state = BatchState.WAITING
    session.flush()
    red = [f"{check.source} {check.name}" for check in checks if check.level is CheckLevel.RED]
    journal.record(session, identity, journal.Event.IMPORT_HELD, batch=batch.id, red=red)
    return True


def publish_batch(session: Session, identity: Identity, *, batch_id: str) -> None:
    """Mark a batch as published: readers see it from the commit on."""
    batch = queries.get_batch(session, identity, batch_id)
    batch.state = BatchState.PUBLISHED
    batch.published_at = utcnow()
    _carried_out(batch)
    session.flush()
    journal.record(
        session, identity, journal.Event.IMPORT_PUBLISHED,
        batch=batch.id, replays=batch.replays, files=[_journaled(file) for file in batch.files],
    )  # fmt: skip


def fail_batch(
    session: Session,
    identity: Identity,
    *,
    batch_id: str,
    error: str,
    accounts: Iterable[FileAccount] = (),
) -> None:
    """Mark a batch as refused, with a French message that says why; the previous data stay."""
    batch = queries.get_batch(session, identity, batch_id)
    batch.state = BatchState.FAILED
    batch.error = error
    _add_files(session, batch, accounts)
    journal.record(
        session, identity, journal.Event.IMPORT_FAILED,
        batch=batch.id, files=[_journaled(file) for file in batch.files],
    )  # fmt: skip


def abandon_batch(session: Session, identity: Identity, *, batch_id: str) -> None:
    """Abandon a batch that waits; what is published stays."""
    batch = queries.get_batch(session, identity, batch_id)
    batch.state = BatchState.ABANDONED
    _carried_out(batch)
    journal.record(session, identity, journal.Event.IMPORT_ABANDONED, batch=batch.id)


def withdraw_batch(session: Session, identity: Identity, *, batch_id: str) -> None:
    """Mark a published batch as withdrawn: the previous one is read again from the commit on."""
    batch = queries.get_batch(session, identity, batch_id)
    batch.state = BatchState.WITHDRAWN
    _carried_out(batch)
    journal.record(session, identity, journal.Event.IMPORT_WITHDRAWN, batch=batch.id)


def ask_decision(
    session: Session,
    identity: Identity,
    batch: Batch,
    *,
    kind: Decision,
    reason: str,
    is_deferred: bool = False,
) -> BatchDecision:
    """Record a decision on a batch and its reason; when ``is_deferred``, ask a worker to carry it out.

    Raises `DomainError` when the batch does not allow it, or when another decision is in progress.
    """
    # Somebody may have decided since the page was opened: what follows looks at the batch as it is now.
    take_turn(session, DECIDE_LOCK)
    session.expire(batch)
    batch = queries.get_batch(session, identity, batch.id)
    if batch.open_decision is not None:
        raise DomainError(
            "Une décision sur ce lot est déjà en cours : attendez qu’elle s’applique."
        )
    if kind not in policies.possible_decisions(batch):
        raise DomainError(
            f"« {kind.label} » n’est pas possible : ce lot est « {batch.state.label} »."
        )
    decision = BatchDecision(
        batch_id=batch.id, kind=kind, reason=reason, agent_id=identity.agent_id, asked_at=utcnow()
    )
    session.add(decision)
    session.flush()
    journal.record(
        session, identity, journal.Event.IMPORT_DECIDED,
        batch=batch.id, decision=kind,
    )  # fmt: skip
    if is_deferred:
        defer(session, Task.IMPORTS_DECIDE, decision_id=decision.id)
    return decision


def close_decision(decision: BatchDecision, *, error: str | None = None) -> None:
    """Record that a decision was carried out, or why it could not be."""
    decision.done_at = utcnow()
    decision.error = error


def close_lost_decisions(session: Session) -> int:
    """Close the decisions that will never be carried out, so that they may be taken again; return how many."""
    lost = queries.list_lost_decisions(session)
    for decision in lost:
        close_decision(decision, error=LOST)
    return len(lost)


def _carried_out(batch: Batch) -> None:
    if batch.open_decision is not None:
        close_decision(batch.open_decision)


def _add_files(session: Session, batch: Batch, accounts: Iterable[FileAccount]) -> None:
    """Record the account of each file, once."""
    if batch.files:
        return
    batch.files.extend(
        BatchFile.of(
            account.report, size=account.received.size, is_new=not account.already_received
        )
        for account in accounts
    )
    session.flush()


def _journaled(file: BatchFile) -> dict[str, object]:
    """Return what the journal keeps of a file."""
    return {"source": file.source, "sha256": file.sha256, "valid": file.valid}
