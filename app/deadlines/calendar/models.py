"""The private address of an agent's calendar."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base
from app.core.now import utcnow


class CalendarAddress(Base):
    """What recognises the address of an agent's calendar, which Vigie does not keep: a digest of its secret; one at a time."""

    __tablename__ = "calendar_address"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
