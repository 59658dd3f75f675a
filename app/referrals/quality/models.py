"""What the team found of what came in, who receives no weekly e-mail, and the figures of a year, frozen."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from app.referrals.needs.models import LONGEST_REASON, CheckVerdict, Solicitation

#: how long a verdict may be undone; a letter leaves afterwards
UNDONE_WITHIN = timedelta(hours=1)


class CheckLetter(LabelledEnum):
    """What is written to the asker when their need goes no further."""

    OUT_OF_SCOPE = "hors_champ", "Ce besoin ne relève pas de ce service"
    PRIVATE = "particulier", "Ce service est réservé aux entreprises"
    ALREADY = "deja_transmis", "Votre besoin est déjà transmis"


class SolicitationDecision(Base):
    """A verdict of the team on a solicitation, its reason, the letter that follows; undone within an hour, or never."""

    __tablename__ = "solicitation_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    solicitation_id: Mapped[int] = mapped_column(ForeignKey("solicitation.id"))
    verdict: Mapped[CheckVerdict] = enum_column(CheckVerdict)
    reason: Mapped[str] = mapped_column(server_default="")
    letter: Mapped[CheckLetter | None] = enum_column(CheckLetter)
    decided_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    decided_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    #: when its letter was given to the e-mails that leave
    letter_at: Mapped[datetime | None]

    solicitation: Mapped[Solicitation] = relationship(lazy="raise_on_sql")
    author: Mapped[Agent] = relationship(lazy="raise_on_sql", foreign_keys=[decided_by])

    __table_args__ = (
        CheckConstraint(
            "verdict in ('conforme', 'hors_champ', 'doublon', 'abus', 'particulier')",
            name="verdict_known",
        ),
        code_check("letter", CheckLetter),
        CheckConstraint(f"char_length(reason) <= {LONGEST_REASON}", name="reason_length"),
        CheckConstraint("verdict = 'conforme' or reason <> ''", name="reason_unless_right"),
        CheckConstraint("(undone_at is null) = (undone_by is null)", name="undone_by_one"),
        Index(
            "uq_solicitation_decision_current", "solicitation_id", unique=True,
            postgresql_where=text("undone_at is null"),
        ),
        Index("ix_solicitation_decision_decided_at", "decided_at", "id"),
    )  # fmt: skip

    @property
    def may_be_undone(self) -> bool:
        """Whether it is recent enough, and nothing left because of it."""
        is_recent = self.decided_at > utcnow() - UNDONE_WITHIN
        return self.undone_at is None and self.letter_at is None and is_recent


class AntenneSilence(Base):
    """A manager of antennes who asked not to receive the weekly e-mail."""

    __tablename__ = "antenne_silence"

    agent_id: Mapped[int] = mapped_column(
        ForeignKey("agent.id"), primary_key=True, autoincrement=False
    )
    since: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())


class OrientationFigures(Base):
    """The figures of the orientation in a period, masked as they are told, counted once."""

    __tablename__ = "orientation_figures"

    #: as `ReportPeriod.code`
    period: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    frozen_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
