"""What was asked of a published list, by whom and why, and what somebody else decided."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agent
from app.core.database.tables import Base
from app.core.now import utcnow
from app.core.text.bounds import MAX_LENGTH


class ListWithdrawal(Base):
    """A request to withdraw a list, or to put it back; only its decision is ever written after it."""

    __tablename__ = "list_withdrawal"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("detection_list.id"))
    #: the day of the list: whoever read it no longer reads its row
    as_of: Mapped[date]
    #: whether it is put back, rather than withdrawn
    is_return: Mapped[bool]
    reason: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    asked_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    decided_at: Mapped[datetime | None]
    is_accepted: Mapped[bool | None]
    #: of a withdrawal that was decided: when the list had been published, to be put back as it was
    published_at: Mapped[datetime | None]

    asker: Mapped[Agent] = relationship(lazy="raise_on_sql", foreign_keys=asked_by)
    decider: Mapped[Agent | None] = relationship(lazy="raise_on_sql", foreign_keys=decided_by)

    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(decided_by, decided_at, is_accepted) in (0, 3)", name="decided_whole"
        ),
        CheckConstraint("decided_by <> asked_by", name="two_people"),
        CheckConstraint(f"char_length(reason) between 1 and {MAX_LENGTH}", name="reason_length"),
        Index(
            "uq_list_withdrawal_pending",
            "list_id",
            unique=True,
            postgresql_where=text("decided_at is null"),
        ),
    )
