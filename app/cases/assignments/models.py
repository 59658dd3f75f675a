"""A firm given to a colleague before any accompagnement."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, Siren
from app.core.now import utcnow


class FirmAssignment(Base):
    """A firm that somebody gave an agent to look at; one at a time, read by the zone of the firm."""

    __tablename__ = "firm_assignment"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[Siren] = mapped_column(
        ForeignKey("company.siren", deferrable=True, initially="DEFERRED")
    )
    departments: Mapped[list[str]]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    assigned_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    assigned_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: given back, or taken back
    ended_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship(foreign_keys=[agent_id], lazy="raise_on_sql")

    __table_args__ = (
        Index(
            "uq_firm_assignment_in_force",
            "siren",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index(
            "ix_firm_assignment_agent_id",
            "agent_id",
            "siren",
            postgresql_where=text("ended_at is null"),
        ),
    )
