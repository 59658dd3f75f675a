"""Read batches, their files, and what became of a given content."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload, selectinload

from app.companies.models import SourceFreshness
from app.core.access.identity import Identity
from app.core.database.keyset import Key, Page, page_of
from app.core.errors import NotFoundError
from app.core.now import utcnow
from app.imports.models import Batch, BatchDecision, BatchFile, BatchState, SourceCoverage

BATCHES_ON_A_PAGE = 20
LOST_AFTER = timedelta(hours=1)


def list_batch_ids(session: Session, state: BatchState) -> Sequence[str]:
    """Return the batches in a state; published ones in order of publication."""
    return session.scalars(
        select(Batch.id)
        .where(Batch.state == state)
        .order_by(Batch.published_at, Batch.started_at, Batch.id)
    ).all()


def list_known_files(session: Session, digests: Collection[str]) -> dict[str, BatchFile]:
    """Return, by digest, the file of each content that was published or waits for a decision."""
    files = session.scalars(
        select(BatchFile)
        .join(Batch)
        .where(
            Batch.state.in_((BatchState.PUBLISHED, BatchState.WAITING)),
            BatchFile.is_new,
            BatchFile.sha256.in_(digests),
        )
        .options(joinedload(BatchFile.batch))
        .order_by(Batch.state == BatchState.PUBLISHED, BatchFile.id)
    )
    return {file.sha256: file for file in files}


def get_batch(session: Session, _identity: Identity, batch_id: str) -> Batch:
    """Return a batch with its files, checks and decisions; raise `NotFoundError` if there is none of this name."""
    batch = session.scalar(
        select(Batch)
        .where(Batch.id == batch_id)
        .options(
            selectinload(Batch.files),
            selectinload(Batch.checks),
            selectinload(Batch.decisions).joinedload(BatchDecision.agent),
        )
    )
    if batch is None:
        raise NotFoundError
    return batch


def get_decision(session: Session, decision_id: int) -> BatchDecision:
    """Return a decision, with its batch."""
    return session.scalars(
        select(BatchDecision)
        .where(BatchDecision.id == decision_id)
        .options(joinedload(BatchDecision.batch))
    ).one()


def find_replay(session: Session, batch_id: str, *, since: datetime) -> Batch | None:
    """Return the batch read from the originals of another since a given time, unless it was refused."""
    return session.scalar(
        select(Batch)
        .where(
            Batch.replays == batch_id, Batch.started_at >= since, Batch.state != BatchState.FAILED
        )
        .limit(1)
    )


def list_waiting_batches(session: Session) -> Sequence[Batch]:
    """Return the batches still waiting for a decision, the oldest first."""
    decided = select(BatchDecision.batch_id).where(BatchDecision.done_at.is_(None))
    return session.scalars(
        select(Batch)
        .where(Batch.state == BatchState.WAITING, Batch.id.not_in(decided))
        .order_by(Batch.started_at)
    ).all()


def find_last_batch(session: Session) -> Batch | None:
    """Return the batch started last."""
    return session.scalar(select(Batch).order_by(Batch.started_at.desc(), Batch.id.desc()).limit(1))


def is_asked(session: Session) -> bool:
    """Return whether an import or a decision is queued or being processed."""
    pending = text(
        "select exists (select from procrastinate_jobs where status in ('todo', 'doing')"
        " and task_name in ('imports:load', 'imports:read', 'imports:decide'))"
    )
    return bool(session.scalar(pending))


def list_lost_decisions(session: Session) -> Sequence[BatchDecision]:
    """Return the decisions that will never be carried out: their worker died once too often, or their command was stopped.

    At least an hour old: at the command line nothing distinguishes one that waits from one that died.
    """
    nobody_has_it = text(
        "not exists (select from procrastinate_jobs where status in ('todo', 'doing')"
        " and task_name = 'imports:decide' and (args ->> 'decision_id')::bigint = batch_decision.id)"
    )
    lost = select(BatchDecision).where(
        BatchDecision.done_at.is_(None),
        BatchDecision.asked_at < utcnow() - LOST_AFTER,
        nobody_has_it,
    )
    return session.scalars(lost).all()


def list_coverage(session: Session) -> Sequence[tuple[SourceFreshness, SourceCoverage]]:
    """Return how many lines of each published source cover each month, ordered by label."""
    rows = session.execute(
        select(SourceFreshness, SourceCoverage)
        .join(SourceCoverage, SourceCoverage.source == SourceFreshness.source)
        .order_by(SourceFreshness.label)
    )
    return [(freshness, coverage) for freshness, coverage in rows]


def page_of_batches(session: Session, _identity: Identity, *, cursor: str | None) -> Page[Batch]:
    """Return the batches with their files, the last started first."""
    statement = select(Batch).options(selectinload(Batch.files), selectinload(Batch.decisions))
    key: Key = [Batch.started_at.desc(), Batch.id.desc()]
    size = BATCHES_ON_A_PAGE
    return page_of(session, statement, key=key, cursor=cursor, size=size).scalars()


def list_freshness(session: Session) -> Sequence[SourceFreshness]:
    """Return the last month each source covers, ordered by label."""
    return session.scalars(select(SourceFreshness).order_by(SourceFreshness.label)).all()
