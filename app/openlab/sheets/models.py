"""The sheets, one a week, as they were counted; and who asked not to be told of them."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base
from app.core.now import utcnow


class OpenlabSheet(Base):
    """What a week gave, in numbers of the whole country: no firm, no person, no text. Counted once."""

    __tablename__ = "openlab_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: its Monday
    week: Mapped[date] = mapped_column(unique=True)
    #: ``{code of a metric: number}``, and its tables under ``visits``, ``answers`` and ``themes``
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    built_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (CheckConstraint("extract(isodow from week) = 1", name="from_monday"),)

    @property
    def last_day(self) -> date:
        """Its Sunday."""
        return self.week + timedelta(days=6)


class OpenlabSilence(Base):
    """An agent whom the bell does not tell of the sheets."""

    __tablename__ = "openlab_silence"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
