"""Days when administrations work: Monday to Friday, but for the public holidays of the whole of France, or of one département.

Without a département, those of Alsace-Moselle and of overseas départements are counted as worked.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from holidays import country_holidays
from sqlalchemy import ColumnElement, Date, FromClause, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY

#: years whose holidays are looked up, the last ones of a period: nothing that Vigie knows is older
LONGEST = 60
FRIDAY = 5
#: the départements whose public holidays are more than those of the whole of France, as `holidays` names them
PARTICULAR: Mapping[str, str] = {
    "57": "57", "67": "6AE", "68": "6AE", "971": "971", "972": "972", "973": "973", "974": "974", "975": "PM",
    "976": "976", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip


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


def days_after(first: date, count: int, *, department: str) -> date:
    """Return the ``count``-th working day of a département that follows ``first``."""
    day = first
    while count:
        day += timedelta(days=1)
        count -= is_worked(day, department=department)
    return day


def months_after(first: date, count: int, *, department: str) -> date:
    """Return the day that ends a delay of ``count`` months: of the same number, or the last one of a shorter month, then worked.

    As the regulation 1182/71 counts: a delay that would end on a day off ends with the working day that follows.
    """
    year, month = divmod(first.year * 12 + first.month - 1 + count, 12)
    day = date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
    while not is_worked(day, department=department):
        day += timedelta(days=1)
    return day


def worked_days(after: date, until: date, *, department: str) -> Iterator[date]:
    """Yield the working days of a département that follow ``after``, up to ``until`` included."""
    days = (after + timedelta(days=count) for count in range(1, (until - after).days + 1))
    return (day for day in days if is_worked(day, department=department))


def is_worked(day: date, *, department: str) -> bool:
    """Whether administrations of a département work on a day."""
    return day.isoweekday() <= FRIDAY and day not in _holidays(PARTICULAR.get(department), day.year)


@cache
def _holidays(subdivision: str | None, year: int) -> frozenset[date]:
    return frozenset(country_holidays("FR", subdiv=subdivision, years=year))
