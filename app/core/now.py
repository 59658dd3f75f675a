"""The current time, in one place: commands that rebuild a history set when each act took place."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

_moment: ContextVar[datetime | None] = ContextVar("vigie_moment", default=None)


def utcnow() -> datetime:
    """The current datetime, aware, in UTC."""
    return _moment.get() or datetime.now(UTC)


def machine_time() -> datetime:
    """The machine's clock, whatever `at` sets: how long a task took is not part of a rebuilt history."""
    return datetime.now(UTC)


def today() -> date:
    """The current date in Paris, where the agents' days begin and end."""
    return utcnow().astimezone(PARIS).date()


@contextlib.contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Run a block as if it were ``moment`` (aware). The journal still uses the database's own clock."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
