"""The current time, in one place: the database's clock, or when each act of a history that is rebuilt took place.

Every process of an instance compares times that others wrote: they share one clock, the database's, which each transaction tells
(`heed`). A machine whose own clock is wrong changes nothing but the lines of its technical log.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
#: two clocks closer than this are one: less would be the time that a statement takes
TOLERANCE = timedelta(seconds=1)

_moment: ContextVar[datetime | None] = ContextVar("vigie_moment", default=None)


class _Clock:
    """How far the database's clock is ahead of this machine's."""

    ahead = timedelta(0)


def utcnow() -> datetime:
    """The current datetime, aware, in UTC."""
    return _moment.get() or machine_time() + _Clock.ahead


def machine_time() -> datetime:
    """The machine's clock, whatever `at` sets: how long a task took is not part of a rebuilt history."""
    return datetime.now(UTC)


def today() -> date:
    """The current date in Paris, where the agents' days begin and end."""
    return day_of(utcnow())


def day_of(moment: datetime) -> date:
    """The date of an aware moment in Paris: in summer, the first two hours of a day there are the day before elsewhere."""
    return moment.astimezone(PARIS).date()


def after_day(day: date) -> datetime:
    """The first moment after a day in Paris; after the last day of the calendar, nothing: its last moment."""
    if day == date.max:
        return datetime.combine(day, time.max, PARIS)
    return datetime.combine(day + timedelta(days=1), time.min, PARIS)


def is_within(moment: datetime, duration: timedelta) -> bool:
    """Whether ``moment`` is less than ``duration`` ago. One to come, from a clock that has gone back since, is not."""
    return -TOLERANCE <= utcnow() - moment < duration


def heed(moment: datetime, *, asked_at: datetime) -> bool:
    """Follow the database's clock, which said ``moment`` after the machine's said ``asked_at``; return whether it had moved."""
    earliest, latest = moment - machine_time() - TOLERANCE, moment - asked_at + TOLERANCE
    if earliest <= _Clock.ahead <= latest:
        return False
    # Within the tolerance, the machine's own clock is right.
    _Clock.ahead = timedelta(0) if earliest <= timedelta(0) <= latest else moment - machine_time()
    return True


@contextlib.contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Run a block as if it were ``moment`` (aware). The journal still uses the database's own clock."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
