"""Files of accompagnements that come back, kept as they were sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base
from app.core.now import utcnow

LONGEST_NAME = 120


class CaseImport(Base):
    """A file that an agent sent, and what was done of it; read by that agent alone."""

    __tablename__ = "case_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    name: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    sent_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    applied_at: Mapped[datetime | None]
    #: once it is applied: how many fields were changed, set aside, refused
    outcome: Mapped[dict[str, Any]] = mapped_column(server_default="{}")

    __table_args__ = (
        CheckConstraint(f"char_length(name) <= {LONGEST_NAME}", name="name_length"),
        Index("ix_case_import_agent_id", "agent_id", "id"),
        Index("ix_case_import_to_blank", "sent_at", "id", postgresql_where=text("content <> ''")),
    )
