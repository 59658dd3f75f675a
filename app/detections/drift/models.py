"""Monitoring of the model at each run: its drift, and the challenger that scores in the shadow."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.detections.models import DetectionRun
from scoring.vocabulary import DriftVerdict


class DriftReport(Base):
    """The drift found by a run. A red drift holds the list back until somebody overrides it, with a reason."""

    __tablename__ = "drift_report"

    run_id: Mapped[int] = mapped_column(ForeignKey("detection_run.id"), primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    verdict: Mapped[DriftVerdict] = enum_column(DriftVerdict)
    #: see `scoring.measuring.drift.DriftFinding`; empty when the model has no reference
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: `None` also when the operator overrode it at the command line
    allowed_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    allowed_at: Mapped[datetime | None]
    allowed_reason: Mapped[str | None]

    run: Mapped[DetectionRun] = relationship(lazy="raise_on_sql")
    agent: Mapped[Agent | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        code_check("verdict", DriftVerdict),
        CheckConstraint(
            "(allowed_at is null) = (allowed_reason is null)", name="allowed_with_a_reason"
        ),
    )

    @property
    def is_blocking(self) -> bool:
        """Whether the list waits for an override."""
        return self.verdict is DriftVerdict.RED and self.allowed_at is None


class ShadowRun(Base):
    """How a challenger scored a run alongside the champion. Its scores stay on disk: nobody is shown them."""

    __tablename__ = "shadow_run"

    run_id: Mapped[int] = mapped_column(ForeignKey("detection_run.id"), primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    champion_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    #: firms, psi of the scores, and how many levels differ: entered, left, raised, lowered
    counts: Mapped[dict[str, Any]]
    #: why the challenger could not score
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    run: Mapped[DetectionRun] = relationship(lazy="raise_on_sql")
