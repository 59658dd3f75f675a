"""An act on many firms, from the firms chosen to what undoing it takes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base
from app.core.now import utcnow


class BulkAct(Base):
    """Firms that an agent chose, and what they do to them; read by that agent alone."""

    __tablename__ = "bulk_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: the code of a `BulkKind`
    kind: Mapped[str]
    #: the list on which they were chosen
    list_id: Mapped[int | None] = mapped_column(ForeignKey("detection_list.id"))
    sirens: Mapped[list[str]]
    #: what the act asks besides the firms: a level, a list, a colleague
    choice: Mapped[str | None]
    #: once it is done: the firms to which something was done, and what undoing it takes
    done_sirens: Mapped[list[str]] = mapped_column(server_default="{}")
    undo: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    prepared_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_bulk_act_agent_id", "agent_id", "id"),)
