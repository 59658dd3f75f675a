"""What is told of the firms that were supported, block by block. Written once by the system, never rewritten."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base, Siren, code_check, enum_column
from app.evidence.alike.likeness import DebtClass
from app.evidence.alike.masking import Family


class AlikeBlock(Base):
    """At least eleven firms whose accompagnement is over, and the classes that they have in common; null beyond these."""

    __tablename__ = "alike_block"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: accompagnements that were over on this day
    over_on: Mapped[date]
    firms: Mapped[int]
    section: Mapped[str | None]
    size: Mapped[str | None]
    difficulty: Mapped[str | None]
    division: Mapped[str | None]
    trend: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("firms >= 11", name="enough_firms"),
        Index("ix_alike_block_path", "section", "size", "difficulty", "division", "trend"),
    )


class AlikeDebt(Base):
    """The debt that the firms of a block have in common. Confidential: nature `urssaf`."""

    __tablename__ = "alike_debt"

    block_id: Mapped[int] = mapped_column(
        ForeignKey("alike_block.id", ondelete="CASCADE"), primary_key=True
    )
    debt: Mapped[DebtClass] = enum_column(DebtClass)

    __table_args__ = (code_check("debt", DebtClass),)


class AlikeFigure(Base):
    """How many firms of a block are in a class: between two bounds, the same when it is told exactly."""

    __tablename__ = "alike_figure"

    block_id: Mapped[int] = mapped_column(
        ForeignKey("alike_block.id", ondelete="CASCADE"), primary_key=True
    )
    family: Mapped[Family] = enum_column(Family, primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    low: Mapped[int]
    high: Mapped[int]

    __table_args__ = (
        code_check("family", Family),
        CheckConstraint("0 < low and low <= high", name="bounds"),
    )


class AlikeMember(Base):
    """A firm that is in a block, once for ever: so that no other block counts it. Nobody reads it."""

    __tablename__ = "alike_member"

    siren: Mapped[Siren] = mapped_column(primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("alike_block.id", ondelete="CASCADE"))
