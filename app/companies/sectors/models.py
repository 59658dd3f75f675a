"""The medians of the monthly series and the quantiles of the ratios, by sector: a section of the NAF, or a division of it."""

from datetime import date

from sqlalchemy import CheckConstraint, Double
from sqlalchemy.dialects.postgresql import ARRAY as PG_ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.tables import Base


class SectorMedian(Base):
    """A series as the median firm of a sector lives it: `None` for the months that fewer than five firms tell of.

    `effectif`: the workforce of each month over that of the first month of the window; other series: the figure for each employee.
    """

    __tablename__ = "sector_median"

    sector: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    #: the nature a reader needs, that of the series; `None` is public
    nature: Mapped[str | None]
    first_month: Mapped[date]
    values: Mapped[list[float | None]] = mapped_column(PG_ARRAY(Double()))

    __table_args__ = (CheckConstraint("extract(day from first_month) = 1", name="first_of_month"),)


class SectorRatio(Base):
    """How a ratio of the public accounts closed in a year spreads among the firms of a sector, at least ten of them."""

    __tablename__ = "sector_ratio"

    sector: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    #: a column of `AnnualAccounts`
    ratio: Mapped[str] = mapped_column(primary_key=True)
    firms: Mapped[int]
    #: the values that a tenth, a quarter, half, three quarters and nine tenths of the firms do not exceed
    quantiles: Mapped[list[float]] = mapped_column(PG_ARRAY(Double()))
