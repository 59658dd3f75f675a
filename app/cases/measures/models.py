"""Measures that were mobilised; a correction is another row."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database.tables import Base
from app.core.now import utcnow
from app.values.models import ListValue

LONGEST_NOTE = 300


class CaseMeasure(Base):
    """A measure mobilised in an accompagnement. Corrected, another row replaces it; taken off, the row stays."""

    __tablename__ = "case_measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("support_case.id"), index=True)
    value_id: Mapped[int] = mapped_column(ForeignKey("list_value.id"))
    #: euros
    amount: Mapped[int | None] = mapped_column(BigInteger)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(server_default="")
    #: the row that it corrects
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("case_measure.id"), unique=True)
    added_by: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    added_at: Mapped[datetime] = mapped_column(default=utcnow, server_default=func.now())
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    removed_at: Mapped[datetime | None]

    value: Mapped[ListValue] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint("(removed_at is null) = (removed_by is null)", name="removed_by_one"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint(f"char_length(note) <= {LONGEST_NOTE}", name="note_length"),
    )
