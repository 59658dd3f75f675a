"""A study, as it was registered, and what it found at each horizon. Neither is ever rewritten: PostgreSQL refuses."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import today, utcnow
from scoring.vocabulary import ImpactVerdict, StudyOutcome

LONGEST_TITLE, LONGEST_NOTE = 120, 2_000
HORIZONS = (12, 18, 24)


class ImpactStudy(Base):
    """A question, written down before anybody knows the answer.

    Firms in alert on the lists of `cohort_from` and of every third month until `cohort_to`, in `departments` (empty: everywhere); supported
    in the quarter that follows, or not; what came of them `horizons` months later, as known on `frozen_on`.
    """

    __tablename__ = "impact_study"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    outcome: Mapped[StudyOutcome] = enum_column(StudyOutcome)
    #: first days of months
    cohort_from: Mapped[date]
    cohort_to: Mapped[date]
    horizons: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    departments: Mapped[list[str]]
    #: what is known that day is what counts: nothing is read before
    frozen_on: Mapped[date]
    #: what one wants to know, and why
    note: Mapped[str]
    #: ratio, seed and firms of a simulated world of known truth; `None` for the firms of this instance
    world: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    #: `None`: the calendar
    registered_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    registered_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    author: Mapped[Agent | None] = relationship(lazy="raise_on_sql")
    results: Mapped[list["ImpactResult"]] = relationship(
        lazy="raise_on_sql", order_by="ImpactResult.horizon.desc()", viewonly=True
    )

    __table_args__ = (
        code_check("outcome", StudyOutcome),
        CheckConstraint("char_length(title) between 1 and 120", name="title_length"),
        CheckConstraint("char_length(note) between 1 and 2000", name="note_length"),
        CheckConstraint("cohort_from <= cohort_to", name="cohort_in_order"),
        Index(
            "uq_impact_study_question",
            "outcome",
            "cohort_from",
            "cohort_to",
            "departments",
            text("coalesce(world, '{}'::jsonb)"),
            unique=True,
        ),
    )

    @property
    def is_due(self) -> bool:
        """Whether its day has come."""
        return self.frozen_on <= today()


class ImpactResult(Base):
    """What a study found at one horizon: a verdict and its figures, or a refusal and none."""

    __tablename__ = "impact_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("impact_study.id"))
    horizon: Mapped[int]
    verdict: Mapped[ImpactVerdict] = enum_column(ImpactVerdict)
    sentence: Mapped[str]
    #: what sample it would take, when nothing is concluded
    needed: Mapped[str]
    #: why there is no figure; empty when there is one
    refusal: Mapped[str]
    #: plain values (`scoring.studies.reading`)
    details: Mapped[dict[str, Any]]
    #: the effect that a simulation knows
    truth: Mapped[float | None]
    #: digests of the code that measured, and of what it read
    code_version: Mapped[str]
    data_version: Mapped[str]
    computed_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (
        code_check("verdict", ImpactVerdict),
        UniqueConstraint("study_id", "horizon"),
    )
