"""Writing batches: begun, published whole with the portal's tables, or refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.core import journal
from app.core.identity import Identity
from app.core.now import utcnow
from app.imports import queries
from app.imports.archive import Received
from app.imports.models import Batch, BatchFile, BatchState

BROKEN = "Une erreur interne a arrêté l’import ; elle est enregistrée. Rien n’a été publié."
INTERRUPTED = "L’import a été interrompu avant la fin. Relancez-le : rien n’a été publié."


@dataclass(frozen=True, kw_only=True)
class FileAccount:
    """What became of one file; ``rows = valid + rejected + outside``.

    ``known`` says that its content was published before: nothing of it was imported again.
    """

    received: Received
    rows: int = 0
    valid: int = 0
    rejected: int = 0
    outside: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None
    known: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        counts = {name: getattr(self, name) for name in ("rows", "valid", "rejected", "outside")}
        return {
            "source": self.received.source,
            "file": self.received.name,
            "sha256": self.received.sha256,
            **counts,
            "reasons": dict(self.reasons),
            "known": self.known,
            "error": self.error,
        }


def begin_batch(
    session: Session,
    identity: Identity,
    *,
    batch_id: str,
    origin: str,
    started_by: int | None = None,
) -> None:
    """Say that a batch is being read, asked by an agent or by the system."""
    session.add(
        Batch(
            id=batch_id,
            state=BatchState.LOADING,
            origin=origin,
            started_at=utcnow(),
            started_by=started_by or identity.agent_id,
        )
    )
    session.flush()


def publish_batch(
    session: Session, identity: Identity, *, batch_id: str, accounts: Iterable[FileAccount]
) -> None:
    """Mark a batch published: readers see it from the commit on."""
    batch = queries.get_batch(session, identity, batch_id)
    batch.state = BatchState.PUBLISHED
    batch.published_at = utcnow()
    files = _add_files(session, batch, accounts)
    session.flush()
    journal.record(session, identity, journal.Event.IMPORT_PUBLISHED, batch=batch.id, files=files)


def fail_batch(
    session: Session,
    identity: Identity,
    *,
    batch_id: str,
    error: str,
    accounts: Iterable[FileAccount] = (),
) -> None:
    """Mark a batch refused, with a French message that says why; the former data stay."""
    batch = queries.get_batch(session, identity, batch_id)
    batch.state = BatchState.FAILED
    batch.error = error
    files = _add_files(session, batch, accounts)
    session.flush()
    journal.record(
        session, identity, journal.Event.IMPORT_FAILED, batch=batch.id, error=error, files=files
    )


def _add_files(
    session: Session, batch: Batch, accounts: Iterable[FileAccount]
) -> list[dict[str, object]]:
    """Write the account of each file; return what the journal keeps of them."""
    kept = list(accounts)
    session.add_all(
        BatchFile(
            batch_id=batch.id,
            source=account.received.source,
            name=account.received.name,
            sha256=account.received.sha256,
            size=account.received.size,
            rows=account.rows,
            valid=account.valid,
            rejected=account.rejected,
            outside=account.outside,
            reasons=dict(account.reasons),
            is_new=not account.known,
            error=account.error,
        )
        for account in kept
    )
    return [
        {
            "source": account.received.source,
            "sha256": account.received.sha256,
            "valid": account.valid,
        }
        for account in kept
    ]
