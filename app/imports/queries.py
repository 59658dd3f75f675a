"""Reading batches, their files and what is known of a content."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, selectinload

from app.companies.models import SourceFreshness
from app.core.errors import NotFoundError
from app.core.identity import Identity
from app.core.pagination import Page, decode_cursor, encode_cursor
from app.imports.models import Batch, BatchFile, BatchState

PAGE_SIZE = 20


def list_published_batch_ids(session: Session) -> Sequence[str]:
    """The published batches, the first published first."""
    return session.scalars(
        select(Batch.id)
        .where(Batch.state == BatchState.PUBLISHED)
        .order_by(Batch.published_at, Batch.id)
    ).all()


def list_known_files(session: Session, digests: Collection[str]) -> dict[str, BatchFile]:
    """By digest, the account of each content that was already published."""
    files = session.scalars(
        select(BatchFile)
        .join(Batch)
        .where(
            Batch.state == BatchState.PUBLISHED,
            BatchFile.is_new,
            BatchFile.sha256.in_(digests),
        )
        .order_by(BatchFile.id)
    )
    return {file.sha256: file for file in files}


def list_interrupted_batches(session: Session) -> Sequence[Batch]:
    """The batches that a killed process left half read."""
    return session.scalars(
        select(Batch).where(Batch.state == BatchState.LOADING).order_by(Batch.started_at)
    ).all()


def get_batch(session: Session, _identity: Identity, batch_id: str) -> Batch:
    """A batch with its files; raise `NotFoundError` if there is none of this name."""
    batch = session.scalar(
        select(Batch).where(Batch.id == batch_id).options(selectinload(Batch.files))
    )
    if batch is None:
        raise NotFoundError
    return batch


def page_of_batches(session: Session, _identity: Identity, *, cursor: str | None) -> Page[Batch]:
    """The batches with their files, the last started first."""
    statement = select(Batch).options(selectinload(Batch.files))
    start = _start_of(cursor)
    if start is not None:
        statement = statement.where(tuple_(Batch.started_at, Batch.id) < start)
    ordered = statement.order_by(Batch.started_at.desc(), Batch.id.desc())
    rows = session.scalars(ordered.limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    more = len(rows) > PAGE_SIZE
    return Page(
        rows=shown,
        next_cursor=encode_cursor([shown[-1].started_at, shown[-1].id]) if more else None,
        total=session.scalar(select(func.count()).select_from(Batch)) or 0,
    )


def list_freshness(session: Session) -> Sequence[SourceFreshness]:
    """Up to when each source speaks, in the order of their labels."""
    return session.scalars(select(SourceFreshness).order_by(SourceFreshness.label)).all()


def _start_of(cursor: str | None) -> tuple[datetime, str] | None:
    values = decode_cursor(cursor, length=2)
    if values is None:
        return None
    try:
        return datetime.fromisoformat(str(values[0])), str(values[1])
    except ValueError:
        return None
