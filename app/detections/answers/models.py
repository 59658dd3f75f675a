"""What agents answer to an alert: that it is wrong, that it is right and handled, or that they watch the firm until a day."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from app.detections.models import DetectionEntry


class AnswerKind(LabelledEnum):
    """What is answered to an alert; the last two are the opinions of before there were three answers, offered no more."""

    INEXACT = "inexacte", "Inexacte"
    HANDLED = "traitee", "Exacte et déjà traitée"
    WATCHED = "surveillance", "En surveillance"
    USEFUL = "utile", "Jugée utile"
    USELESS = "inutile", "Jugée inutile"

    @property
    def reasons(self) -> "Sequence[AnswerReason]":
        """Why one may answer so."""
        return REASONS.get(self, ())


class AnswerReason(LabelledEnum):
    """Why an agent answers as they do."""

    UNEXPLAINED = "unexplained", "Les données à ma disposition n’expliquent pas la détection"
    NO_DIFFICULTY = "no_difficulty", "L’entreprise ne présente pas de difficultés"
    FIRM_DENIES = "firm_denies", "L’entreprise ne considère pas être en difficulté"
    OUT_OF_SCOPE = "out_of_scope", "L’entreprise n’entre pas dans mon périmètre"
    TOO_LATE = "too_late", "L’entreprise a été détectée trop tardivement"
    SUPPORTED = "supported", "Elle est ou a été accompagnée, par nous ou par un partenaire"
    NO_NEED = "no_need", "Elle a été contactée et ne souhaite pas d’aide"
    PROCEDURE = "procedure", "Une procédure est ouverte ou décidée"
    AWAITED = "awaited", "Une échéance, des comptes ou une réponse sont attendus"
    RECENT = "recent", "Un contact est trop récent pour revenir"
    SEASONAL = "seasonal", "La difficulté est saisonnière ou passagère"
    OTHER = "other", "Autre"


#: the reasons offered with each answer
REASONS = {
    AnswerKind.INEXACT: (
        AnswerReason.UNEXPLAINED, AnswerReason.NO_DIFFICULTY, AnswerReason.FIRM_DENIES, AnswerReason.OUT_OF_SCOPE,
        AnswerReason.OTHER,
    ),
    AnswerKind.HANDLED: (
        AnswerReason.SUPPORTED, AnswerReason.NO_NEED, AnswerReason.PROCEDURE, AnswerReason.TOO_LATE, AnswerReason.OTHER,
    ),
    AnswerKind.WATCHED: (
        AnswerReason.AWAITED, AnswerReason.RECENT, AnswerReason.SEASONAL, AnswerReason.OTHER,
    ),
}  # fmt: skip


class DetectionAnswer(Base):
    """An agent's answer to an alert, read by whoever reads the alert; revisable. Confidential: nature `score`."""

    __tablename__ = "detection_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("detection_entry.id", ondelete="CASCADE"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    siren: Mapped[Siren]
    departments: Mapped[list[str]]
    kind: Mapped[AnswerKind] = enum_column(AnswerKind)
    reasons: Mapped[list[str]] = mapped_column(server_default="{}")
    comment: Mapped[str] = mapped_column(server_default="")
    #: the day on which the alert is to be answered again
    returns_on: Mapped[date | None]
    answered_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: opinions of before the three answers were given for their author alone, and stay so
    is_shared: Mapped[bool] = mapped_column(server_default="true")
    #: when it stopped counting: withdrawn, its day come, or a later list says that the alert is new or worse
    ended_at: Mapped[datetime | None]

    entry: Mapped[DetectionEntry] = relationship(lazy="raise_on_sql")
    agent: Mapped[Agent] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("entry_id", "agent_id"),
        code_check("kind", AnswerKind),
        CheckConstraint("(kind = 'surveillance') = (returns_on is not null)", name="day_of_return"),
        Index("ix_detection_answer_siren", "siren"),
        Index(
            "ix_detection_answer_in_force",
            "siren",
            "kind",
            postgresql_where=text("ended_at is null"),
        ),
    )

    @property
    def reason_labels(self) -> list[str]:
        """The reasons, in French."""
        return [AnswerReason(code).label for code in self.reasons]
