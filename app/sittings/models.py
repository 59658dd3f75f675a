"""Sittings, the firms of their agendas, what was decided of each."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.companies.models import Company
from app.core.access.identity import Nature
from app.core.database.tables import Base, Siren, code_check, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from app.deadlines.models import Deadline
from app.habilitations.models import Network

#: characters of a name, of a place, and of what is noted or decided
LONGEST_LABEL, LONGEST_TEXT = 120, 10_000


class ItemOutcome(LabelledEnum):
    """What became of an item of the agenda."""

    EXAMINED = "examinee", "Examinée"
    ADJOURNED = "reportee", "Reportée à une prochaine séance"
    WITHDRAWN = "retiree", "Retirée de l’ordre du jour"


class Sitting(Base):
    """A sitting of a network, somewhere: its members where its départements are read it and hold it."""

    __tablename__ = "sitting"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(server_default="")
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    departments: Mapped[list[str]]
    #: the nature that one needs to know which firms are on its agenda, if any
    nature: Mapped[Nature | None] = enum_column(Nature)
    author_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    #: when its minutes were settled: nothing of it changes any more
    closed_at: Mapped[datetime | None]

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    author: Mapped[Agent] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        code_check("nature", Nature),
        CheckConstraint(f"char_length(label) between 1 and {LONGEST_LABEL}", name="label_length"),
        CheckConstraint(f"char_length(place) <= {LONGEST_LABEL}", name="place_length"),
    )

    @property
    def is_open(self) -> bool:
        """Whether its minutes are still to be settled."""
        return self.closed_at is None


class SittingItem(Base):
    """A firm on the agenda of a sitting."""

    __tablename__ = "sitting_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    siren: Mapped[Siren] = mapped_column(
        ForeignKey("company.siren", deferrable=True, initially="DEFERRED")
    )
    departments: Mapped[list[str]]
    #: its place on the agenda: two items never hold one
    place: Mapped[int]
    #: who presents it
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    #: what is to be discussed
    note: Mapped[str] = mapped_column(server_default="")
    outcome: Mapped[ItemOutcome | None] = enum_column(ItemOutcome)
    decision: Mapped[str] = mapped_column(server_default="")
    #: how often it was rewritten: whoever writes it a second time from an old page is told
    version: Mapped[int] = mapped_column(server_default="0", default=0)
    added_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))

    sitting: Mapped[Sitting] = relationship(lazy="raise_on_sql", viewonly=True)
    company: Mapped[Company] = relationship(lazy="raise_on_sql", viewonly=True)
    speaker: Mapped[Agent | None] = relationship(lazy="raise_on_sql", foreign_keys=speaker_id)
    tasks: Mapped[list[Deadline]] = relationship(
        secondary="sitting_task",
        lazy="raise_on_sql",
        viewonly=True,
        order_by="Deadline.due_on",
    )

    __table_args__ = (
        code_check("outcome", ItemOutcome),
        CheckConstraint(f"char_length(note) <= {LONGEST_TEXT}", name="note_length"),
        CheckConstraint(f"char_length(decision) <= {LONGEST_TEXT}", name="decision_length"),
        UniqueConstraint("sitting_id", "siren"),
        UniqueConstraint("sitting_id", "place", deferrable=True, initially="DEFERRED"),
        Index("ix_sitting_item_siren", "siren"),
    )


class SittingTask(Base):
    """An échéance that a sitting gave."""

    __tablename__ = "sitting_task"

    item_id: Mapped[int] = mapped_column(ForeignKey("sitting_item.id"), primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"), primary_key=True)
