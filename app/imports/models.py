"""Batches of partner files: what was received, kept and refused, how it compares, and what people decided about it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import ARRAY as PG_ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from scoring.data.sources.report import FileReport
from scoring.vocabulary import CheckLevel


class BatchState(LabelledEnum):
    """Where a batch stands; only a published one is read."""

    LOADING = "loading", "En cours de lecture"
    WAITING = "waiting", "En attente de décision"
    PUBLISHED = "published", "Publié"
    FAILED = "failed", "Refusé"
    ABANDONED = "abandoned", "Abandonné"
    WITHDRAWN = "withdrawn", "Retiré"


class Decision(LabelledEnum):
    """What a person may decide about a batch."""

    PUBLISH = "publish", "Publier"
    ABANDON = "abandon", "Abandonner"
    REPLAY = "replay", "Rejouer"
    ROLLBACK = "rollback", "Revenir en arrière"


class Batch(Base):
    """Files received together, published all together or not at all."""

    __tablename__ = "batch"

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[BatchState] = enum_column(BatchState)
    origin: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    published_at: Mapped[datetime | None]
    error: Mapped[str | None]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    #: a person reviews it before publication, whatever the checks say
    is_held: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: the batch whose originals this one reads again
    replays: Mapped[str | None] = mapped_column(ForeignKey("batch.id"))
    #: the worst level of the checks, once they have run
    level: Mapped[CheckLevel | None] = enum_column(CheckLevel)
    #: while it is read: ``step``, ``done`` of ``total``, ``file``
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    files: Mapped[list["BatchFile"]] = relationship(
        back_populates="batch", lazy="raise_on_sql", order_by="BatchFile.source"
    )
    checks: Mapped[list["BatchCheck"]] = relationship(lazy="raise_on_sql", order_by="BatchCheck.id")
    decisions: Mapped[list["BatchDecision"]] = relationship(
        back_populates="batch", lazy="raise_on_sql", order_by="BatchDecision.id.desc()"
    )

    __table_args__ = (code_check("state", BatchState), code_check("level", CheckLevel))

    @property
    def open_decision(self) -> "BatchDecision | None":
        """The decision still to be carried out, if any."""
        return next((decision for decision in self.decisions if decision.done_at is None), None)


class BatchFile(Base):
    """One file of a batch and its account: ``rows = valid + rejected + outside + duplicates``."""

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
    #: lines that another one already tells
    duplicates: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    reasons: Mapped[dict[str, Any]]
    #: why lines are outside, with their counts
    left_out: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    #: remarks on the file and its lines, with their counts
    warnings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    is_new: Mapped[bool]
    error: Mapped[str | None]

    batch: Mapped[Batch] = relationship(back_populates="files", lazy="raise_on_sql")

    @classmethod
    def of(cls, report: FileReport, *, size: int, is_new: bool) -> "BatchFile":
        """Return the row of a file that was read; ``size`` in bytes."""
        return cls(
            source=report.source,
            name=report.file,
            sha256=report.sha256,
            size=size,
            rows=report.rows,
            valid=report.valid,
            rejected=report.rejected,
            outside=report.outside,
            duplicates=report.duplicates,
            reasons=report.reasons,
            left_out=report.left_out,
            warnings=report.warnings,
            is_new=is_new,
            error=report.error,
        )

    @property
    def report(self) -> FileReport:
        """What was reported about the file when it was read."""
        return FileReport(
            source=self.source or "",
            file=self.name,
            sha256=self.sha256,
            rows=self.rows,
            valid=self.valid,
            rejected=self.rejected,
            outside=self.outside,
            duplicates=self.duplicates,
            reasons=self.reasons,
            left_out=self.left_out,
            warnings=self.warnings,
            error=self.error,
        )


class BatchCheck(Base):
    """A quality check of one source of a batch, with the bounds in force at the time: later changes of the rule do not rewrite it."""

    __tablename__ = "batch_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    source: Mapped[str]
    source_label: Mapped[str]
    name: Mapped[str]
    label: Mapped[str]
    #: of the measure and of its bounds: ``share`` or ``months``
    unit: Mapped[str]
    level: Mapped[CheckLevel] = enum_column(CheckLevel)
    measure: Mapped[float]
    orange: Mapped[float]
    red: Mapped[float]
    before: Mapped[float | None]
    now: Mapped[float | None]
    detail: Mapped[str | None]

    __table_args__ = (code_check("level", CheckLevel),)


class BatchDecision(Base):
    """What somebody decided about a batch, and why; a worker carries it out."""

    __tablename__ = "batch_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    kind: Mapped[Decision] = enum_column(Decision)
    reason: Mapped[str]
    #: `None` when the operator decided at the command line
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    asked_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    done_at: Mapped[datetime | None]
    #: why it could not be carried out
    error: Mapped[str | None]

    batch: Mapped[Batch] = relationship(back_populates="decisions", lazy="raise_on_sql")
    agent: Mapped[Agent | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        code_check("kind", Decision),
        CheckConstraint("length(trim(reason)) > 0", name="reasoned"),
        # One decision at a time: two people cannot publish and abandon the same batch.
        Index(
            "uq_batch_decision_open",
            "batch_id",
            unique=True,
            postgresql_where=text("done_at is null"),
        ),
    )


class SourceCoverage(Base):
    """How many published lines of a source cover each of the last months."""

    __tablename__ = "source_coverage"

    source: Mapped[str] = mapped_column(primary_key=True)
    first_month: Mapped[date]
    rows: Mapped[list[int]] = mapped_column(PG_ARRAY(BigInteger()))


def worst(levels: Iterable[CheckLevel]) -> CheckLevel:
    """Return the most serious of some levels; green when there are none."""
    return max(levels, key=list(CheckLevel).index, default=CheckLevel.GREEN)
