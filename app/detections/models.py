"""Detection runs and their steps, expert rules, the lists they publish, and why each firm is on them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from scoring.vocabulary import Level, Novelty, Unit

#: what put a firm on a list, as `scoring.listing.draw` writes it; the second is the draw
ARMS = ("algorithm", "random")
DRAWN = ARMS[1]


class StepName(LabelledEnum):
    """The steps of a run, in order."""

    FRESHNESS = "freshness", "Fraîcheur des données"
    FEATURES = "features", "Variables"
    SCORE = "score", "Score"
    DRIFT = "drift", "Dérive"
    RULES = "rules", "Règles d’expert"
    EXPLAIN = "explain", "Explications"
    LIST = "list", "Liste"
    ALERTS = "alerts", "Alertes"
    SHADOW = "shadow", "Modèle à l’essai"


class RunState(LabelledEnum):
    """The state of a run or of a step."""

    WAITING = "waiting", "En attente"
    RUNNING = "running", "En cours"
    DONE = "done", "Terminé"
    FAILED = "failed", "Échec"


class SignalSource(LabelledEnum):
    """Where a human signal comes from."""

    INTERNE = "interne", "Source interne (partenaire)"
    EXTERNE = "externe", "Source externe (écosystème local)"
    PRESSE = "presse", "Presse"
    DIRIGEANT = "dirigeant", "Dirigeant de l’entreprise"


class DetectionRun(Base):
    """One execution of the detection at an as-of date."""

    __tablename__ = "detection_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    state: Mapped[RunState] = enum_column(RunState)
    trigger: Mapped[str]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("model_version.id"))
    #: the expert rules it applies; `None` without any
    rule_set_id: Mapped[int | None] = mapped_column(ForeignKey("expert_rule_set.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]

    steps: Mapped[list["RunStep"]] = relationship(
        back_populates="run", lazy="raise_on_sql", order_by="RunStep.position"
    )

    __table_args__ = (code_check("state", RunState),)

    @property
    def is_over(self) -> bool:
        """Whether the run will make no further progress on its own."""
        return self.state in (RunState.DONE, RunState.FAILED)


class RunStep(Base):
    """A step of a run: when, how long, how many."""

    __tablename__ = "run_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("detection_run.id"))
    position: Mapped[int]
    name: Mapped[StepName] = enum_column(StepName)
    state: Mapped[RunState] = enum_column(RunState)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]]
    error: Mapped[str | None]

    run: Mapped[DetectionRun] = relationship(back_populates="steps", lazy="raise_on_sql")

    @property
    def seconds(self) -> float | None:
        """The duration of the step, `None` until it is over."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()

    __table_args__ = (
        UniqueConstraint("run_id", "name"),
        code_check("name", StepName),
        code_check("state", RunState),
    )


class DetectionList(Base):
    """The list of a run. Readers see it once the transaction that writes `published_at` commits."""

    __tablename__ = "detection_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("detection_run.id"), unique=True)
    as_of: Mapped[date] = mapped_column(index=True)
    label: Mapped[str]
    #: thresholds on P18, calibration and freshness frozen with the list
    parameters: Mapped[dict[str, Any]]
    published_at: Mapped[datetime | None]

    @property
    def paused(self) -> frozenset[str]:
        """The départements whose part of the list was drawn without exploration."""
        return frozenset(self.parameters.get("draw", {}).get("paused", ()))

    @property
    def news_key(self) -> str:
        """What its announcement is known by: there is one for a day, whatever lists it has."""
        return f"list-news:{self.as_of.isoformat()}"


class DetectionEntry(Base):
    """A firm of a list: its probabilities, its level, and how it was selected. Confidential: nature `score`."""

    __tablename__ = "detection_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("detection_list.id"))
    siren: Mapped[Siren]
    department: Mapped[str | None]
    departments: Mapped[list[str]]
    p12: Mapped[float]
    p18: Mapped[float]
    p24: Mapped[float]
    level: Mapped[Level] = enum_column(Level)
    #: the level given by the model alone; `None` on lists older than the rules
    model_level: Mapped[Level | None] = enum_column(Level)
    #: how many expert rules applied, whether or not the reader may read why
    rules_count: Mapped[int] = mapped_column(server_default="0")
    novelty: Mapped[Novelty] = enum_column(Novelty)
    #: how the firm was placed, of `ARMS`; recorded with `p_select` from the very first list
    arm: Mapped[str]
    p_select: Mapped[float]
    #: order of presentation inside the list, ties drawn at random
    rank: Mapped[int]

    list: Mapped[DetectionList] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("list_id", "siren"),
        Index("ix_detection_entry_siren", "siren"),
        Index("ix_detection_entry_list_rank", "list_id", "rank"),
        Index(
            "ix_detection_entry_drawn",
            "list_id",
            "department",
            postgresql_where=text(f"arm = '{DRAWN}'"),
        ),
        code_check("level", Level),
        code_check("model_level", Level),
        code_check("novelty", Novelty),
        CheckConstraint(
            "0 <= p12 and p12 <= p18 and p18 <= p24 and p24 <= 1", name="ordered_probabilities"
        ),
        CheckConstraint("0 < p_select and p_select <= 1", name="p_select_is_a_probability"),
        CheckConstraint(f"arm in {ARMS}", name="arm_known"),
    )

    @property
    def is_drawn(self) -> bool:
        """Whether the firm owes its place to the draw, for lists to be measured."""
        return self.arm == DRAWN


class DetectionReason(Base):
    """A line of the explanation of an entry: a theme (``base``: what every firm starts from) when `variable` is null, otherwise a variable.

    Reading it requires its nature.
    """

    __tablename__ = "detection_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("detection_entry.id", ondelete="CASCADE"), index=True
    )
    siren: Mapped[Siren]
    departments: Mapped[list[str]]
    nature: Mapped[str | None]
    theme: Mapped[str]
    variable: Mapped[str | None]
    #: horizon of the risk that it explains, in months; variables are explained at 24 only
    horizon: Mapped[int] = mapped_column(server_default="24")
    #: on the log-odds scale; null for a missing datum
    contribution: Mapped[float | None]
    #: the value of the variable, in `unit`, or its category; neither when it is unknown
    value: Mapped[float | None]
    category: Mapped[str | None]
    #: for a variable; `None` on lists older than the values
    unit: Mapped[Unit | None] = enum_column(Unit)
    sentence: Mapped[str]
    position: Mapped[int]

    __table_args__ = (
        code_check("unit", Unit),
        CheckConstraint("value is null or unit <> 'text'", name="number_with_its_unit"),
        CheckConstraint("category is null or unit = 'text'", name="category_is_a_text"),
    )


class DetectionRuleEffect(Base):
    """An expert rule that applied to an entry. Reading it requires every nature of its features."""

    __tablename__ = "detection_rule_effect"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("detection_entry.id", ondelete="CASCADE"), index=True
    )
    siren: Mapped[Siren]
    departments: Mapped[list[str]]
    natures: Mapped[list[str]]
    name: Mapped[str]
    effect: Mapped[int]
    reason: Mapped[str]
    position: Mapped[int]


class ExpertRuleSet(Base):
    """A version of the expert rules: the YAML as written. Never updated; changes make a new version."""

    __tablename__ = "expert_rule_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    #: what changed, and why
    note: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: the first day of data (`as_of`) of the runs that apply it
    in_force_from: Mapped[date]

    author: Mapped[Agent] = relationship(lazy="raise_on_sql")

    __table_args__ = (CheckConstraint("length(trim(note)) > 0", name="explained"),)


class HumanSignal(Base):
    """A firm flagged by an agent and not by the algorithm; it joins the lists, marked as human."""

    __tablename__ = "human_signal"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[Siren] = mapped_column(
        ForeignKey("company.siren", deferrable=True, initially="DEFERRED"), index=True
    )
    departments: Mapped[list[str]]
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    source: Mapped[SignalSource] = enum_column(SignalSource)
    comment: Mapped[str]
    #: what it opens of the firm to its zone, for a time: two people who flag a firm open it for good
    unlock_id: Mapped[int | None] = mapped_column(ForeignKey("unlock.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (code_check("source", SignalSource),)
