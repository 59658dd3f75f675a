"""Reading batches, their files and what is known of a content."""

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
    """The batches in a state; the published ones in the order they were published."""
    return session.scalars(
        select(Batch.id)
        .where(Batch.state == state)
        .order_by(Batch.published_at, Batch.started_at, Batch.id)
    ).all()


def list_known_files(session: Session, digests: Collection[str]) -> dict[str, BatchFile]:
    """By digest, the account of each content that was published or waits for a decision."""
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
    """A batch with its files, checks and decisions; raise `NotFoundError` if there is none of this name."""
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
    """A decision, with its batch."""
    return session.scalars(
        select(BatchDecision)
        .where(BatchDecision.id == decision_id)
        .options(joinedload(BatchDecision.batch))
    ).one()


def find_replay(session: Session, batch_id: str, *, since: datetime) -> Batch | None:
    """The batch that was read from the originals of another, since then, unless it was refused."""
    return session.scalar(
        select(Batch)
        .where(
            Batch.replays == batch_id, Batch.started_at >= since, Batch.state != BatchState.FAILED
        )
        .limit(1)
    )


def list_waiting_batches(session: Session) -> Sequence[Batch]:
    """The batches that wait for a decision which nobody has taken yet, the oldest first."""
    decided = select(BatchDecision.batch_id).where(BatchDecision.done_at.is_(None))
    return session.scalars(
        select(Batch)
        .where(Batch.state == BatchState.WAITING, Batch.id.not_in(decided))
        .order_by(Batch.started_at)
    ).all()


def find_last_batch(session: Session) -> Batch | None:
    """The batch started last."""
    return session.scalar(select(Batch).order_by(Batch.started_at.desc(), Batch.id.desc()).limit(1))


def is_asked(session: Session) -> bool:
    """Whether an import or a decision waits for a worker, or is in its hands."""
    asked = text(
        "select exists (select from procrastinate_jobs where status in ('todo', 'doing')"
        " and task_name in ('imports:load', 'imports:read', 'imports:decide'))"
    )
    return bool(session.scalar(asked))


def list_lost_decisions(session: Session) -> Sequence[BatchDecision]:
    """The decisions that nobody will carry out: their worker died once too often, or their command was stopped.

    An hour old at least: at the command line nothing tells the one that waits from the one that died.
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
    """How many lines of each published source speak of each month, in the order of the labels."""
    found = session.execute(
        select(SourceFreshness, SourceCoverage)
        .join(SourceCoverage, SourceCoverage.source == SourceFreshness.source)
        .order_by(SourceFreshness.label)
    )
    return [(freshness, coverage) for freshness, coverage in found]


def page_of_batches(session: Session, _identity: Identity, *, cursor: str | None) -> Page[Batch]:
    """The batches with their files, the last started first."""
    statement = select(Batch).options(selectinload(Batch.files), selectinload(Batch.decisions))
    key: Key = [Batch.started_at.desc(), Batch.id.desc()]
    size = BATCHES_ON_A_PAGE
    return page_of(session, statement, key=key, cursor=cursor, size=size).scalars()


def list_freshness(session: Session) -> Sequence[SourceFreshness]:
    """Up to when each source speaks, in the order of their labels."""
    return session.scalars(select(SourceFreshness).order_by(SourceFreshness.label)).all()
