"""The buildings of the store, what they say of each firm and of the country, and the verdicts of visits."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, Date

from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from scoring.vocabulary import VerdictUse


class LabelBuildState(LabelledEnum):
    """The state of a building of the store."""

    WAITING = "waiting", "En attente"
    RUNNING = "running", "En cours"
    DONE = "done", "Terminé"
    FAILED = "failed", "Échec"


class LabelBuild(Base):
    """A building of the store: what was known on a day."""

    __tablename__ = "label_build"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: only what was known by then counts
    known_on: Mapped[date]
    state: Mapped[LabelBuildState] = enum_column(LabelBuildState)
    trigger: Mapped[str]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]
    #: once done, what `app.label_store.building.store.facts_of` gives
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (
        code_check("state", LabelBuildState),
        CheckConstraint("(state = 'done') = (facts is not null)", name="told_once_done"),
        Index("ix_label_build_known_on", "known_on", "id"),
    )

    @property
    def is_over(self) -> bool:
        """Whether the building will make no further progress."""
        return self.state in (LabelBuildState.DONE, LabelBuildState.FAILED)


class LabelInterval(Base):
    """What a building says of a firm: its interval rows, quarter by quarter. Confidential: nature `urssaf`."""

    __tablename__ = "label_interval"

    build_id: Mapped[int] = mapped_column(
        ForeignKey("label_build.id", ondelete="CASCADE"), primary_key=True
    )
    siren: Mapped[Siren] = mapped_column(primary_key=True)
    fold: Mapped[int] = mapped_column(SmallInteger)
    #: a `scoring.vocabulary.LabelFate` a quarter
    fates: Mapped[str]
    #: how many interval rows each quarter has, a digit
    counts: Mapped[str]
    #: which of them the model in service is fitted on: two hexadecimal digits, bit k - 1 for interval k
    drawn: Mapped[str]
    #: openings of a procedure known on the day of the building, in order
    opened_on: Mapped[list[date]] = mapped_column(ARRAY(Date()))
    #: the first support, and the day it left, as known then
    supported_on: Mapped[date | None]
    closed_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint(
            "length(counts) = length(fates) and length(drawn) = 2 * length(fates)",
            name="a_letter_a_quarter",
        ),
    )


class LabelCount(Base):
    """What a building counts of one fate, in a year and a region. Names no firm."""

    __tablename__ = "label_count"

    build_id: Mapped[int] = mapped_column(
        ForeignKey("label_build.id", ondelete="CASCADE"), primary_key=True
    )
    #: the code of a region, or `app.companies.models.FRANCE`
    region: Mapped[str] = mapped_column(primary_key=True)
    #: 0: every year
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    #: a `scoring.vocabulary.LabelFate`; "": any that has an interval row
    fate: Mapped[str] = mapped_column(primary_key=True)
    firms: Mapped[int] = mapped_column(BigInteger)
    snapshots: Mapped[int] = mapped_column(BigInteger)
    intervals: Mapped[int] = mapped_column(BigInteger)
    events: Mapped[int] = mapped_column(BigInteger)
    halves: Mapped[int] = mapped_column(BigInteger)
    drawn: Mapped[int] = mapped_column(BigInteger)


class VerdictLabel(Base):
    """What a visit found, as known from a day until another, and how the firm was selected. Confidential: nature `score`.

    Never joined to `LabelInterval`: a verdict teaches nothing to the model of risks.
    """

    __tablename__ = "verdict_label"

    visit_id: Mapped[int] = mapped_column(
        ForeignKey("visit.id", ondelete="CASCADE"), primary_key=True
    )
    known_on: Mapped[date] = mapped_column(primary_key=True)
    #: the day a correction was known; `None` while it stands
    until: Mapped[date | None]
    siren: Mapped[Siren]
    departments: Mapped[list[str]]
    visited_on: Mapped[date]
    #: `None` without an answer
    verdict: Mapped[str | None]
    use: Mapped[VerdictUse] = enum_column(VerdictUse)
    #: the entry of the list in force, how it was placed, and the probability of that draw
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("detection_entry.id", ondelete="CASCADE")
    )
    arm: Mapped[str | None]
    p_select: Mapped[float | None]

    __table_args__ = (
        code_check("use", VerdictUse),
        CheckConstraint(
            "use <> 'learnt' or (arm = 'random' and verdict is not null and p_select > 0 and p_select <= 1)",
            name="drawn",
        ),
        CheckConstraint("until > known_on", name="in_order"),
        Index("ix_verdict_label_siren", "siren"),
        Index("ix_verdict_label_entry_id", "entry_id"),
    )
