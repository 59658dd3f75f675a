"""Slips of what is eliminated, and the objects that each one lists. Both are kept for ever."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base, enum_column
from app.core.now import utcnow
from app.core.text.labelled import LabelledEnum
from app.records.retention.models import (
    LONGEST_REASON,
    FinalFate,
    KeptObject,
    Terms,
    of_a_rule,
    terms_checks,
)


class SlipState(LabelledEnum):
    """Where a slip stands."""

    WAITING = "attend_visa", "Attend le visa des archives"
    REFUSED = "refuse", "Visa refusé"
    TO_HAND_OVER = "a_verser", "À verser aux archives"
    IN_PROGRESS = "en_cours", "Exécution en cours"
    DONE = "execute", "Exécuté"


class EliminationSlip(Terms, Base):
    """A slip: what is eliminated, by the rule as it was then, with whose visa, when it was done."""

    __tablename__ = "elimination_slip"

    id: Mapped[int] = mapped_column(primary_key=True)
    object: Mapped[KeptObject] = enum_column(KeptObject)
    #: the last day that was due
    until_on: Mapped[date]
    #: the days that its objects begin their delay, the first and the last
    oldest_on: Mapped[date | None]
    newest_on: Mapped[date | None]
    quantity: Mapped[int]
    proposed_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    takes_visa: Mapped[bool]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    decided_at: Mapped[datetime | None]
    is_accepted: Mapped[bool | None]
    #: what whoever decided says of it
    remark: Mapped[str] = mapped_column(server_default="")
    #: of what is handed over: the digest and the bytes of the package
    package_sha256: Mapped[str | None] = mapped_column(String(64))
    package_size: Mapped[int | None] = mapped_column(BigInteger)
    received_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    received_at: Mapped[datetime | None]
    executed_at: Mapped[datetime | None]

    decider: Mapped[Agent | None] = relationship(lazy="raise_on_sql", foreign_keys=decided_by)
    receiver: Mapped[Agent | None] = relationship(lazy="raise_on_sql", foreign_keys=received_by)

    __table_args__ = (
        of_a_rule(),
        *terms_checks(),
        CheckConstraint(
            "num_nonnulls(decided_by, decided_at, is_accepted) in (0, 3)", name="decided_whole"
        ),
        CheckConstraint("takes_visa or decided_by is null", name="decided_where_asked"),
        CheckConstraint(
            "executed_at is null or not takes_visa or is_accepted", name="executed_once_signed"
        ),
        CheckConstraint("(package_sha256 is null) = (package_size is null)", name="packaged_whole"),
        CheckConstraint("(received_by is null) = (received_at is null)", name="received_whole"),
        CheckConstraint(
            "received_at is null or package_sha256 is not null and is_accepted",
            name="received_once_packaged",
        ),
        CheckConstraint("quantity >= 0", name="quantity_counted"),
        CheckConstraint(f"char_length(remark) <= {LONGEST_REASON}", name="remark_length"),
        Index(
            "uq_elimination_slip_open",
            "object",
            unique=True,
            postgresql_where=text("executed_at is null and is_accepted is not false"),
        ),
    )

    @property
    def state(self) -> SlipState:
        """Where it stands."""
        if self.executed_at is not None:
            return SlipState.DONE
        if self.takes_visa and self.is_accepted is None:
            return SlipState.WAITING
        if self.is_accepted is False:
            return SlipState.REFUSED
        hands_over = self.fate is FinalFate.ARCHIVING and self.received_at is None
        return SlipState.TO_HAND_OVER if hands_over else SlipState.IN_PROGRESS


class EliminationItem(Base):
    """An object that a slip lists, by its number; once settled, what went with it, counted."""

    __tablename__ = "elimination_item"

    slip_id: Mapped[int] = mapped_column(ForeignKey("elimination_slip.id"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: the day its delay begins
    began_on: Mapped[date]
    settled_at: Mapped[datetime | None]
    #: whether it is eliminated; false: it was no longer what was signed, and it is still there
    is_gone: Mapped[bool | None]
    #: table -> rows
    erased: Mapped[dict[str, Any]] = mapped_column(server_default="{}")

    __table_args__ = (
        CheckConstraint("(settled_at is null) = (is_gone is null)", name="settled_whole"),
        Index(
            "ix_elimination_item_to_settle",
            "slip_id",
            "subject_id",
            postgresql_where=text("settled_at is null"),
        ),
        Index("ix_elimination_item_subject_id", "subject_id"),
    )
