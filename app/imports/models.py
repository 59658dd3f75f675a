"""Batches of partner files: what was received, what was kept, what was refused and why."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, LabelledEnum, code_check, enum_column
from app.core.now import utcnow


class BatchState(LabelledEnum):
    """Where a batch stands; only a published one is read."""

    LOADING = "loading", "En cours de lecture"
    PUBLISHED = "published", "Publié"
    FAILED = "failed", "Refusé"


class Batch(Base):
    """Files received together, published whole or not at all."""

    __tablename__ = "batch"

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[BatchState] = enum_column(BatchState)
    origin: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    published_at: Mapped[datetime | None]
    error: Mapped[str | None]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))

    files: Mapped[list["BatchFile"]] = relationship(
        back_populates="batch", lazy="raise_on_sql", order_by="BatchFile.source"
    )

    __table_args__ = (code_check("state", BatchState),)


class BatchFile(Base):
    """One file of a batch and its account: ``rows = valid + rejected + outside``."""

    __tablename__ = "batch_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    source: Mapped[str | None]
    name: Mapped[str]
    #: the original, archived under this name; the same content is never imported twice
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column(BigInteger)
    valid: Mapped[int] = mapped_column(BigInteger)
    rejected: Mapped[int] = mapped_column(BigInteger)
    outside: Mapped[int] = mapped_column(BigInteger)
    reasons: Mapped[dict[str, Any]]
    is_new: Mapped[bool]
    error: Mapped[str | None]

    batch: Mapped[Batch] = relationship(back_populates="files", lazy="raise_on_sql")
