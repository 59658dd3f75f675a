"""Demands of firms about the algorithm. No person is named in them: who asks is told by their function."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import today, utcnow
from app.core.text.bounds import MAX_LENGTH
from app.core.text.labelled import LabelledEnum

#: characters of the function of whoever asks
LONGEST_FUNCTION = 120


class DemandKind(LabelledEnum):
    """What a firm asks."""

    KNOW = "savoir", "Savoir ce qui est connu d’elle"
    CORRECT = "corriger", "Faire corriger une donnée"
    CONTEST = "contester", "Contester une alerte ou un contact"


class DemandOutcome(LabelledEnum):
    """What a firm was answered."""

    STATEMENT = "releve", "Relevé de traitement transmis"
    CORRECTED = "corrigee", "Donnée corrigée par l’administration d’où elle vient"
    EXPLAINED = "explication", "Explication donnée"
    REFUSED = "refus", "Refus motivé"
    DROPPED = "sans_suite", "Sans suite : retirée, ou sans objet"


class Demand(Base):
    """A demand; only its answer is ever written after it."""

    __tablename__ = "demand"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DemandKind] = enum_column(DemandKind)
    #: the siren, by another name: opening a demand is not reading the firm, which an administrator may not
    number: Mapped[Siren] = mapped_column("siren")
    departments: Mapped[list[str]]
    #: the function of whoever asks: « gérante », « expert-comptable »
    asked_as: Mapped[str]
    body: Mapped[str]
    received_on: Mapped[date]
    due_on: Mapped[date]
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    outcome: Mapped[DemandOutcome | None] = enum_column(DemandOutcome)
    answer: Mapped[str | None]
    answered_on: Mapped[date | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))

    author: Mapped[Agent] = relationship(lazy="raise_on_sql", foreign_keys=author_id)
    answerer: Mapped[Agent | None] = relationship(lazy="raise_on_sql", foreign_keys=answered_by)

    __table_args__ = (
        code_check("kind", DemandKind),
        code_check("outcome", DemandOutcome),
        CheckConstraint("due_on > received_on", name="due_after"),
        CheckConstraint("answered_on >= received_on", name="answered_after"),
        CheckConstraint(
            "num_nonnulls(outcome, answer, answered_on, answered_by) in (0, 4)",
            name="answered_whole",
        ),
        CheckConstraint(
            f"char_length(asked_as) between 1 and {LONGEST_FUNCTION}", name="asked_as_length"
        ),
        CheckConstraint(f"char_length(body) between 1 and {MAX_LENGTH}", name="body_length"),
        CheckConstraint(f"char_length(answer) between 1 and {MAX_LENGTH}", name="answer_length"),
        Index("ix_demand_due_on", "due_on", "id"),
    )

    @property
    def is_late(self) -> bool:
        """Whether an answer was due before today and none is written."""
        return self.outcome is None and self.due_on < today()

    @property
    def was_late(self) -> bool:
        """Whether it was answered after the day it was due."""
        return self.answered_on is not None and self.answered_on > self.due_on
