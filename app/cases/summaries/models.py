"""The synthèse of an accompagnement for a network, and each text that it had."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.cases.models import Case
from app.core.database.tables import Base
from app.core.now import utcnow
from app.habilitations.models import Network

#: the headings of a synthèse, in their order
HEADINGS = {"context": "Contexte", "difficulties": "Difficultés", "actions": "Actions"}


class CaseSummary(Base):
    """What a network knows of an accompagnement, read by its members who read the accompagnement."""

    __tablename__ = "case_summary"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"))
    #: the audience
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    context: Mapped[str] = mapped_column(server_default="")
    difficulties: Mapped[str] = mapped_column(server_default="")
    actions: Mapped[str] = mapped_column(server_default="")
    #: one more each time it is rewritten: what a form began with
    version: Mapped[int]
    #: none when it was taken from the accompagnement, which did not say who wrote it
    edited_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    edited_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    case: Mapped[Case] = relationship(lazy="raise_on_sql")
    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    editor: Mapped[Agent | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("case_id", "network_id"),
        CheckConstraint("version >= 1", name="version_counted"),
    )

    @property
    def siren(self) -> str:
        """The firm that it is about, whose reading is journaled; `case` must be loaded."""
        return self.case.siren


class SummaryVersion(Base):
    """A text that a synthèse had, the present one included. Never rewritten."""

    __tablename__ = "case_summary_version"

    summary_id: Mapped[int] = mapped_column(ForeignKey("case_summary.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    context: Mapped[str]
    difficulties: Mapped[str]
    actions: Mapped[str]
    edited_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    edited_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    editor: Mapped[Agent | None] = relationship(lazy="raise_on_sql")
