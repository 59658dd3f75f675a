"""Files of experts, kept as they were sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base
from app.core.now import utcnow

LONGEST_NAME = 120


class DirectoryFile(Base):
    """A file that somebody sent, and what was done of it; read by them alone."""

    __tablename__ = "directory_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    name: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    #: whether the experts of its antennes that it does not name are to be archived
    is_complete: Mapped[bool] = mapped_column(server_default="false")
    sent_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    applied_at: Mapped[datetime | None]
    #: once it is applied: how many were added, changed, archived, set aside
    outcome: Mapped[dict[str, Any]] = mapped_column(server_default="{}")

    __table_args__ = (
        CheckConstraint(f"char_length(name) <= {LONGEST_NAME}", name="name_length"),
        Index("ix_directory_file_agent_id", "agent_id", "id"),
        Index(
            "ix_directory_file_to_blank", "sent_at", "id", postgresql_where=text("content <> ''")
        ),
    )
