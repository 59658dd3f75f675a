"""E-mails and announcements: what Vigie says to one agent, deduplicated by a key."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base
from app.core.now import utcnow


class Email(Base):
    """A message to one agent, to be sent, taken by the server or given up. Its subject never names a firm."""

    __tablename__ = "email"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    #: unique, so that a task run twice writes one message
    dedup_key: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str]
    #: what stops it in one click, asked with a POST by whoever delivers it (RFC 8058)
    one_click_url: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: when to try next; nothing once it is taken or given up
    due_at: Mapped[datetime | None] = mapped_column(default=utcnow, server_default=func.now())
    #: when the server took it
    sent_at: Mapped[datetime | None]
    #: when Vigie stopped trying; somebody may ask to try again
    given_up_at: Mapped[datetime | None]
    #: the beginning of an attempt whose outcome is not known yet
    attempted_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: attempts whose outcome nobody will ever know: the process died in the middle
    interruptions: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: in French, why the last attempt failed
    trouble: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(due_at, sent_at, given_up_at) = 1", name="in_one_state"),
        CheckConstraint("attempted_at is null or due_at is not null", name="attempted_when_due"),
        Index("ix_email_not_sent", "id", postgresql_where=text("sent_at is null")),
    )


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
