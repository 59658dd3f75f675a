"""What agents recorded, in the model's terms: the label table that the next training reads."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum


class LabelKind(LabelledEnum):
    """What was recorded, hence how it may be used."""

    SUPPORT_OPENED = "support_opened", "Ouverture d’un accompagnement"
    SUPPORT_CLOSED = "support_closed", "Fin d’un accompagnement"
    #: it should not have been opened: training forgets that it was
    SUPPORT_CANCELLED = "support_cancelled", "Accompagnement supprimé"
    VERDICT = "verdict", "Verdict d’une visite"
    OUTCOME = "outcome", "Issue"
    REFUSAL = "refusal", "Refus"
    UNREACHABLE = "unreachable", "Injoignable"


class Label(Base):
    """A recorded fact about a firm. A correction is a new row, known later: nothing is rewritten."""

    __tablename__ = "label"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[Siren] = mapped_column(ForeignKey("company.siren"), index=True)
    kind: Mapped[LabelKind] = enum_column(LabelKind)
    #: the day it happened
    occurred_on: Mapped[date]
    #: when Vigie learnt it: a training as of an earlier date does not see it
    known_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    value: Mapped[str] = mapped_column(server_default="")
    #: probability with which the firm was selected for a visit; null outside a list
    p_select: Mapped[float | None]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]

    __table_args__ = (
        code_check("kind", LabelKind),
        CheckConstraint("p_select > 0 and p_select <= 1", name="p_select_is_a_probability"),
        UniqueConstraint("subject_kind", "subject_id", "kind", "known_at"),
    )
