"""Days when administrations work: Monday to Friday, but for the public holidays of the whole of France.

Those of Alsace-Moselle and of overseas départements are counted as worked.
"""

from collections.abc import Sequence
from datetime import date

from holidays import country_holidays
from sqlalchemy import ColumnElement, Date, FromClause, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY

#: years whose holidays are looked up, the last ones of a period: nothing that Vigie knows is older
LONGEST = 60
FRIDAY = 5


def public_holidays(since: date, until: date) -> Sequence[date]:
    """Return the public holidays from ``since`` to ``until``, in order; those of the last `LONGEST` years."""
    years = range(max(since.year, until.year - LONGEST), until.year + 1)
    known = country_holidays("FR", years=years)
    return sorted(day for day in known if since <= day <= until)


def worked_between(
    first: ColumnElement[date], last: ColumnElement[date], holidays: Sequence[date], *, of: FromClause
) -> ColumnElement[int]:  # fmt: skip
    """SQL: how many working days follow ``first`` up to ``last`` included, both columns of ``of``."""
    day = func.generate_series(first + 1, last, text("interval '1 day'")).column_valued("day")
    off = literal(list(holidays), ARRAY(Date))
    worked = select(func.count()).where(
        func.extract("isodow", day) <= FRIDAY, cast(day, Date) != func.all(off)
    )
    count: ColumnElement[int] = worked.correlate(of).scalar_subquery()
    return count
