"""E-mails and announcements: what Vigie says to one agent, deduplicated by a key."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base
from app.core.now import utcnow


class Email(Base):
    """A message to one agent. Its subject never names a firm."""

    __tablename__ = "email"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: unique, so that a task run twice writes one message
    dedup_key: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    sent_at: Mapped[datetime | None]


class Announcement(Base):
    """A message of the bell that concerns no firm; it links to a page."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    dedup_key: Mapped[str]
    subject: Mapped[str]
    path: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    read_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("agent_id", "dedup_key"),)
