"""An act on many firms, or accompagnements, from those chosen to what undoing it takes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base
from app.core.now import utcnow


class BulkAct(Base):
    """What an agent chose, and what they do to it; read by that agent alone."""

    __tablename__ = "bulk_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: the codes of a `BulkSubject`, and of a `BulkKind` of it
    subject: Mapped[str] = mapped_column(server_default="firm")
    kind: Mapped[str]
    #: the list on which firms were chosen
    list_id: Mapped[int | None] = mapped_column(ForeignKey("detection_list.id"))
    #: a siren for a firm; else what the subject says
    keys: Mapped[list[str]]
    #: what the act asks besides: a level, a list, a colleague
    choice: Mapped[str | None]
    #: once it is done: those to which something was done, and what undoing it takes
    done_keys: Mapped[list[str]] = mapped_column(server_default="{}")
    undo: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    prepared_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_bulk_act_agent_id", "agent_id", "id"),)
