"""Saved views: the filters and the order of a list, under a name."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base
from app.core.now import utcnow
from app.habilitations.models import Network


class SavedView(Base):
    """A view of the lists that an agent saved; a network that it is shared with reads it, with its own rights on firms."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    name: Mapped[str]
    #: the filters and the order, as in the URL of a list
    query: Mapped[str]
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"), index=True)
    #: the one that the list opens with, for its author
    is_default: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    agent: Mapped[Agent] = relationship(lazy="raise_on_sql")
    network: Mapped[Network | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("agent_id", "name"),
        Index(
            "uq_saved_view_default", "agent_id", unique=True, postgresql_where=text("is_default")
        ),
    )
