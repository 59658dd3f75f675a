"""Which backups stay: so many days, weeks and months."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime


def moment_of(name: str) -> datetime:
    """When a backup was made, as its name says it."""
    return datetime.strptime(name.removeprefix("vigie-"), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def name_at(moment: datetime) -> str:
    """The name of a backup made at a moment, aware."""
    return f"vigie-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def superfluous(names: Iterable[str], keep: tuple[int, int, int]) -> list[str]:
    """The backups that are neither the last of one of the ``keep`` last days, weeks or months with a backup, oldest first.

    The last one always stays.
    """
    made = sorted(names, reverse=True)
    daily, weekly, monthly = keep
    kept = {
        *_last_of_each(made, daily, lambda moment: moment.date().isoformat()),
        *_last_of_each(made, weekly, lambda moment: "{}-{}".format(*moment.isocalendar())),
        *_last_of_each(made, monthly, lambda moment: f"{moment:%Y-%m}"),
    }
    return sorted(set(made) - kept)


def _last_of_each(made: Sequence[str], count: int, period: Callable[[datetime], str]) -> list[str]:
    last: dict[str, str] = {}
    for name in made:
        last.setdefault(period(moment_of(name)), name)
    return list(last.values())[:count]
