"""Where exploration goes on or is paused, and what agents do otherwise than the draw. Neither changes a list that is published."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from app.detections.models import DetectionEntry

MOTIVE_LIMIT = 1_000
COMMENT_LIMIT = 500


class OverrideReason(LabelledEnum):
    """Why a firm that was drawn is not visited, or not first."""

    OTHER_FIRST = "autre_avant", "J’en visite une autre avant, plus pressée"
    FOLLOWED = "deja_suivie", "Un autre service la suit déjà"
    KNOWN = "connue", "Sa situation m’est connue"
    UNWILLING = "refus", "Elle ne souhaite pas être contactée"
    NO_TIME = "moyens", "Pas le temps avant la prochaine liste"
    OUT_OF_SCOPE = "hors_champ", "Hors de mon champ d’action"
    OTHER = "autre", "Autre raison"


class ExplorationChoice(Base):
    """A manager pauses exploration in a département, or takes it up again: from the next list on. Never rewritten; the last one counts."""

    __tablename__ = "exploration_choice"

    id: Mapped[int] = mapped_column(primary_key=True)
    department: Mapped[str] = mapped_column(ForeignKey("department.code"))
    is_on: Mapped[bool]
    motive: Mapped[str]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    decided_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    agent: Mapped[Agent] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint(f"char_length(motive) between 1 and {MOTIVE_LIMIT}", name="motive_length"),
        Index("ix_exploration_choice_department", "department", "id"),
    )


class DrawOverride(Base):
    """An agent leaves a drawn firm aside, or visits another before it, and says why. `p_select` stays what it was.

    Read as the entry is: nature `score`.
    """

    __tablename__ = "draw_override"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("detection_entry.id", ondelete="CASCADE"))
    siren: Mapped[Siren]
    departments: Mapped[list[str]]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    reason: Mapped[OverrideReason] = enum_column(OverrideReason)
    comment: Mapped[str] = mapped_column(server_default="")
    recorded_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: when its author took it back
    withdrawn_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship(lazy="raise_on_sql")
    entry: Mapped[DetectionEntry] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("entry_id", "agent_id"),
        code_check("reason", OverrideReason),
        CheckConstraint(f"char_length(comment) <= {COMMENT_LIMIT}", name="comment_length"),
    )
