"""Figures from the needs of a period. Pure: plain values and a day, no database."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.core.metrics import rate
from app.core.working_days import PARTICULAR, days_after
from app.referrals.needs.models import NeedState
from app.referrals.quality.figures.metrics import METRICS

#: the delays that are measured, in working days: the figure of those due, and of those taken in charge in time
DELAYS = {3: ("due_three", "three"), 5: ("due_five", "five")}


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedNeed:
    """What is counted of a need. ``start_on``: when its delay begins; ``taken_on``: when an expert took it in charge, and kept it."""

    need_id: int
    siren: str
    subject_id: int
    department: str
    state: NeedState
    start_on: date
    taken_on: date | None = None
    withdrawn_on: date | None = None
    has_exchange: bool = False
    has_refusal: bool = False
    has_expired: bool = False
    has_answer: bool = False
    is_rerouted: bool = False


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Figures by code, see `metrics.METRICS`; ``too_recent``: by delay, the needs whose day has not passed."""

    figures: Mapping[str, int]
    too_recent: Mapping[int, int]

    def share(self, code: str) -> float | None:
        """Return the rate of a figure; `None` when too few make it, or when it is no share."""
        of = METRICS[code].of
        return rate(self.figures[code], self.figures[of.removeprefix("quality_")]) if of else None


class Deadlines:
    """The last day of each delay, looked up once for each day and each calendar."""

    def __init__(self) -> None:
        self._known: dict[tuple[date, int, str | None], date] = {}

    def of(self, need: CountedNeed, days: int) -> date:
        """Return the ``days``-th working day after the delay of a need began, in its département."""
        key = (need.start_on, days, PARTICULAR.get(need.department))
        if key not in self._known:
            self._known[key] = days_after(need.start_on, days, department=need.department)
        return self._known[key]


def tallied(
    needs: Collection[CountedNeed], *, today: date, helped: Mapping[int, bool], deadlines: Deadlines
) -> Tally:
    """Return the figures of needs; ``helped``: what the firm said of each need on which it answered."""
    answered = [helped[each.need_id] for each in needs if each.need_id in helped]
    figures = {
        "needs": len(needs),
        "firms": len({each.siren for each in needs}),
        "exchanged": _count(each.has_exchange for each in needs),
        "refused": _count(each.has_refusal for each in needs),
        "rerouted": _count(each.is_rerouted for each in needs),
        "expired": _count(each.has_expired for each in needs),
        "unanswered": _count(not each.has_answer and each.withdrawn_on is None for each in needs),
        "nobody": _count(each.state is NeedState.NOBODY for each in needs),
        "answers": len(answered),
        "satisfied": _count(answered),
    }
    too_recent = {}
    for days, (due_code, code) in DELAYS.items():
        last = [(each, deadlines.of(each, days)) for each in needs]
        passed = [(each, day) for each, day in last if day < today and not _left(each, day)]
        figures[due_code] = len(passed)
        figures[code] = _count(
            each.taken_on is not None and each.taken_on <= day for each, day in passed
        )
        too_recent[days] = _count(day >= today for _, day in last)
    return Tally(figures=figures, too_recent=too_recent)


def _left(need: CountedNeed, day: date) -> bool:
    """Whether a need was taken back before the day, while nobody had taken it in charge."""
    is_taken = need.taken_on is not None and need.taken_on <= day
    return need.withdrawn_on is not None and need.withdrawn_on <= day and not is_taken


def _count(each: Iterable[bool]) -> int:
    return sum(each)
