"""Accompagnements that somebody proposes to hand over, and what became of each."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum


class HandoverState(LabelledEnum):
    """What became of a handover."""

    PROPOSED = "proposee", "En attente de réponse"
    TAKEN = "prise", "Acceptée"
    DECLINED = "refusee", "Refusée"
    WITHDRAWN = "retiree", "Retirée"
    VOID = "sans_objet", "Sans objet"


class HandoverOutcome(LabelledEnum):
    """What became of an accompagnement that was to be handed over."""

    TAKEN = "pris", "Pris"
    CLOSED = "termine", "Terminé entre-temps"
    NOT_REFERENT = "autre_referent", "Déjà quitté par son ancien référent"
    OUT_OF_REACH = "hors_portee", "Hors de la zone de qui devait le prendre"


class Handover(Base):
    """Accompagnements of one référent that a colleague is asked to take; read by the people whom it names."""

    __tablename__ = "case_handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    former_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: the former référent, or the head of their house once they are gone
    asked_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    note: Mapped[str] = mapped_column(server_default="")
    state: Mapped[HandoverState] = enum_column(
        HandoverState,
        default=HandoverState.PROPOSED,
        server_default=HandoverState.PROPOSED.value,
    )
    #: why it was declined
    reason: Mapped[str] = mapped_column(server_default="")
    asked_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    answered_at: Mapped[datetime | None]

    former: Mapped[Agent] = relationship(foreign_keys=[former_id], lazy="raise_on_sql")
    taker: Mapped[Agent] = relationship(foreign_keys=[taker_id], lazy="raise_on_sql")
    asker: Mapped[Agent] = relationship(foreign_keys=[asked_by], lazy="raise_on_sql")

    __table_args__ = (
        code_check("state", HandoverState),
        CheckConstraint("former_id <> taker_id", name="to_somebody_else"),
        CheckConstraint("(state = 'proposee') = (answered_at is null)", name="answered_once"),
        *(
            Index(f"ix_case_handover_{column}", column, "id")
            for column in ("former_id", "taker_id", "asked_by")
        ),
    )

    @property
    def is_pending(self) -> bool:
        """Whether it waits for an answer."""
        return self.state is HandoverState.PROPOSED


class HandoverLine(Base):
    """An accompagnement of a handover."""

    __tablename__ = "case_handover_line"

    handover_id: Mapped[int] = mapped_column(ForeignKey("case_handover.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), primary_key=True)
    #: none while the handover waits, or when it was declined
    outcome: Mapped[HandoverOutcome | None] = enum_column(HandoverOutcome)

    __table_args__ = (
        code_check("outcome", HandoverOutcome),
        Index(
            "ix_case_handover_line_case_id",
            "case_id",
            postgresql_where=text("outcome is null"),
        ),
    )
