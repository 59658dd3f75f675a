"""The days when an agent is away, and whom to see meanwhile."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base
from app.core.now import utcnow


class Absence(Base):
    """An absence, declared by the agent or by the head of their house; another one replaces it."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    starts_on: Mapped[date]
    #: the last day away
    ends_on: Mapped[date]
    #: whom to see meanwhile: nobody gets a right by it
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    declared_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    declared_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: cancelled, or replaced by another
    cancelled_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship(foreign_keys=[agent_id], lazy="raise_on_sql")
    delegate: Mapped[Agent | None] = relationship(foreign_keys=[delegate_id], lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("delegate_id <> agent_id", name="somebody_else"),
        Index(
            "uq_absence_declared",
            "agent_id",
            unique=True,
            postgresql_where=text("cancelled_at is null"),
        ),
    )
