"""What is to be done of a firm, by whom and for which day."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.companies.models import Company
from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import today, utcnow
from app.core.text.labelled import LabelledEnum
from app.habilitations.models import Network

#: characters of what is to be done
LONGEST = 10_000


class DeadlineState(LabelledEnum):
    """What became of an échéance."""

    OPEN = "a_faire", "À faire"
    DONE = "faite", "Faite"
    CANCELLED = "annulee", "Annulée"


class Deadline(Base):
    """An échéance: on an accompagnement, or on a firm; read by its audience only."""

    __tablename__ = "deadline"

    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[Siren] = mapped_column(
        ForeignKey("company.siren", deferrable=True, initially="DEFERRED")
    )
    departments: Mapped[list[str]]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("support_case.id"))
    #: the visit whose next step it is
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    #: the audience: its members read it, CODEFI's only in the départements of the firm
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    assignee_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    what: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[DeadlineState] = enum_column(
        DeadlineState, server_default=DeadlineState.OPEN.value
    )
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    settled_at: Mapped[datetime | None]
    #: when its day was told; none once it is put off to another
    reminded_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())

    company: Mapped[Company] = relationship(lazy="raise_on_sql", viewonly=True)
    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    author: Mapped[Agent] = relationship(lazy="raise_on_sql", foreign_keys=author_id)
    assignee: Mapped[Agent] = relationship(lazy="raise_on_sql", foreign_keys=assignee_id)
    settler: Mapped[Agent | None] = relationship(lazy="raise_on_sql", foreign_keys=settled_by)

    __table_args__ = (
        code_check("state", DeadlineState),
        CheckConstraint(f"char_length(what) between 1 and {LONGEST}", name="what_length"),
        CheckConstraint("(state = 'a_faire') = (settled_at is null)", name="settled_when_done"),
        Index(
            "ix_deadline_of_agent",
            "assignee_id",
            "due_on",
            "id",
            postgresql_where=text("state = 'a_faire'"),
        ),
        Index(
            "ix_deadline_of_firm",
            "siren",
            "due_on",
            "id",
            postgresql_where=text("state = 'a_faire'"),
        ),
        Index("ix_deadline_case_id", "case_id", postgresql_where=text("case_id is not null")),
        Index(
            "uq_deadline_visit_id",
            "visit_id",
            unique=True,
            postgresql_where=text("visit_id is not null"),
        ),
        Index(
            "ix_deadline_to_tell",
            "due_on",
            "id",
            postgresql_where=text("state = 'a_faire' and reminded_at is null"),
        ),
    )

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state is DeadlineState.OPEN

    @property
    def is_late(self) -> bool:
        """Whether its day is over and it is not done."""
        return self.is_open and self.due_on < today()
