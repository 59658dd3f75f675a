"""The drawings of a result, as points of an SVG; every figure is in a table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

#: units of a drawing, which is as wide as a narrow screen
WIDTH, MARGIN = 320.0, 8.0
ROW = 34.0
CURVES_HEIGHT, CURVES_LEFT, CURVES_BOTTOM = 200.0, 40.0, 22.0
#: standardised difference under which two groups are said to be alike
ALIKE = 0.1


@dataclass(frozen=True, kw_only=True)
class IntervalRow:
    """An interval of one horizon, and the reach of the smallest effect that would be found; all on the horizontal axis."""

    label: str
    y: float
    low: float
    high: float
    estimate: float
    found_low: float
    found_high: float


@dataclass(frozen=True, kw_only=True)
class IntervalChart:
    """Intervals on one axis, with its zero."""

    height: float
    zero: float
    rows: list[IntervalRow]


@dataclass(frozen=True, kw_only=True)
class AxisTick:
    """A mark of an axis."""

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class CurvesChart:
    """Two survivals in steps, from the alert; marks of both axes."""

    height: float
    treated: str
    control: str
    across: list[AxisTick]
    up: list[AxisTick]
    left: float
    right: float
    bottom: float


@dataclass(frozen=True, kw_only=True)
class BalanceRow:
    """How far apart both groups are on a covariate, before and after weighing."""

    name: str
    y: float
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class BalanceChart:
    """Differences on one axis from zero; `alike` is where 0.1 is."""

    height: float
    zero: float
    alike: float
    rows: list[BalanceRow]


def intervals(rows: Sequence[tuple[str, float, float, float, float]]) -> IntervalChart | None:
    """Return the drawing of (label, estimate, low, high, smallest effect that is found); `None` without any."""
    if not rows:
        return None
    reach = max(max(abs(low), abs(high), mde) for _, _, low, high, mde in rows) or 1.0

    def across(value: float) -> float:
        return round(WIDTH / 2 + value / reach * (WIDTH / 2 - MARGIN), 1)

    return IntervalChart(
        height=ROW * len(rows) + MARGIN,
        zero=across(0.0),
        rows=[
            IntervalRow(
                label=label,
                y=ROW * rank + ROW / 2 + MARGIN,
                low=across(low),
                high=across(high),
                estimate=across(estimate),
                found_low=across(-mde),
                found_high=across(mde),
            )
            for rank, (label, estimate, low, high, mde) in enumerate(rows)
        ],
    )


def curves(
    times: Sequence[float], treated: Sequence[float], control: Sequence[float]
) -> CurvesChart:
    """Return the drawing of two survivals, on an axis that stops at a whole tenth under the lowest."""
    floor = max(int(min(*treated, *control) * 10 - 1e-9) / 10, 0.0)
    bottom, right = CURVES_HEIGHT - CURVES_BOTTOM, WIDTH - MARGIN
    last = times[-1] or 1.0

    def across(time: float) -> float:
        return round(CURVES_LEFT + time / last * (right - CURVES_LEFT), 1)

    def up(share: float) -> float:
        return round(bottom - (share - floor) / (1 - floor) * (bottom - MARGIN), 1)

    def steps(values: Sequence[float]) -> str:
        points = [f"{across(times[0])},{up(values[0])}"]
        for time, former, value in zip(times[1:], values, values[1:], strict=False):
            points += [f"{across(time)},{up(former)}", f"{across(time)},{up(value)}"]
        return " ".join(points)

    marks = [floor, (floor + 1) / 2, 1.0]
    return CurvesChart(
        height=CURVES_HEIGHT,
        treated=steps(treated),
        control=steps(control),
        across=[AxisTick(at=across(time), label=f"{time:.0f}") for time in times if time % 6 == 0],
        up=[AxisTick(at=up(mark), label=f"{100 * mark:.0f} %") for mark in marks],
        left=CURVES_LEFT,
        right=right,
        bottom=bottom,
    )


def balance(rows: Sequence[tuple[str, float, float]]) -> BalanceChart | None:
    """Return the drawing of (covariate, difference before, difference after), as sizes; `None` without any."""
    if not rows:
        return None
    reach = max(ALIKE * 1.5, *(max(abs(before), abs(after)) for _, before, after in rows))

    def across(value: float) -> float:
        return round(MARGIN + abs(value) / reach * (WIDTH - 2 * MARGIN), 1)

    return BalanceChart(
        height=ROW * len(rows) + MARGIN,
        zero=across(0.0),
        alike=across(ALIKE),
        rows=[
            BalanceRow(
                name=name,
                y=ROW * rank + ROW / 2 + MARGIN,
                before=across(before),
                after=across(after),
            )
            for rank, (name, before, after) in enumerate(rows)
        ],
    )
