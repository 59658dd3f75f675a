"""Lists of firms, and the firms in them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.access.identity import Nature
from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from app.habilitations.models import Network


class ListSource(LabelledEnum):
    """Whose list it is: a partner's, or made here by agents."""

    AGENTS = "agents", "Faite dans Vigie"
    DGFIP = "dgfip", "DGFiP"
    RELANCE = "relance", "Plan de relance"
    STRATEGIC = "strategique", "Entreprises stratégiques"
    OTHER = "autre", "Autre partenaire"


class CompanyList(Base):
    """A list of firms. Its name is read by its author, by a network, or by every habilitated agent."""

    __tablename__ = "company_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    source: Mapped[ListSource] = enum_column(ListSource)
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"), index=True)
    #: a partner's list that every habilitated agent reads, each in their reach
    is_open: Mapped[bool] = mapped_column(server_default="false")
    #: the nature that one needs to know that a firm is on it, if any
    nature: Mapped[Nature | None] = enum_column(Nature)
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: an archived list labels nothing any more
    archived_at: Mapped[datetime | None]

    author: Mapped[Agent] = relationship(lazy="raise_on_sql")
    network: Mapped[Network | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("author_id", "label"),
        code_check("source", ListSource),
        code_check("nature", Nature),
        CheckConstraint("not is_open or network_id is null", name="one_audience"),
        CheckConstraint("not is_open or source <> 'agents'", name="open_when_partners"),
    )

    @property
    def is_partners(self) -> bool:
        """Whether it is a partner's."""
        return self.source is not ListSource.AGENTS


class CompanyListMember(Base):
    """A firm of a list, read where the reader's zone or accompagnements reach it."""

    __tablename__ = "company_list_member"

    list_id: Mapped[int] = mapped_column(ForeignKey("company_list.id"), primary_key=True)
    siren: Mapped[Siren] = mapped_column(
        ForeignKey("company.siren", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    departments: Mapped[list[str]]
    added_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    added_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    __table_args__ = (Index("ix_company_list_member_siren", "siren", "list_id"),)
