"""What courts decide: the kind of procedure, its course, and when the firm stops trading."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.economy import NEVER, Paths
from scoring.lab.simulate.firms.population import Firms
from scoring.lab.simulate.randomness import Seed, stream
from scoring.lab.simulate.timeline import Days, Timeline

KINDS = ("liquidation", "redressement", "sauvegarde")
FIRST_KIND_SHARES = (0.46, 0.45, 0.09)
SITTING_DAYS = "0111000"
"""Courts sit from Tuesday to Thursday."""


@dataclass(frozen=True, kw_only=True)
class Procedures:
    """Judgments (one entry each, in time order within a firm) and their effect on each firm.

    `opened_on` and `first_kind` are NaT and "" for firms without procedure; `stop_month` is the
    first month without any activity (liquidation or quiet cessation), `NEVER` if none.
    """

    firm: NDArray[np.int64]
    judged_on: Days
    label: NDArray[np.str_]
    opened_on: Days
    first_kind: NDArray[np.str_]
    stop_month: NDArray[np.int64]
    plan_month: NDArray[np.int64]


@dataclass(frozen=True)
class _Step:
    month: int
    label: str


def judge(*, seed: Seed, firms: Firms, paths: Paths, timeline: Timeline) -> Procedures:
    """Draw the procedures of the firms whose opening falls within the timeline."""
    rng = stream(seed, "courts")
    failing = np.flatnonzero(paths.opening_month < timeline.size)
    events: list[tuple[int, np.datetime64, str]] = []
    opened_on = np.full(len(firms), np.datetime64("NaT"), dtype="datetime64[D]")
    first_kind = np.full(len(firms), "", dtype="U12")
    stop_month = paths.cessation_month.copy()
    plan_month = np.full(len(firms), NEVER)
    for firm in failing.tolist():
        steps = _course(rng, opening=int(paths.opening_month[firm]))
        days = _judgment_days(rng, steps, timeline)
        events += [(firm, day, step.label) for day, step in zip(days, steps, strict=True)]
        opened_on[firm] = days[0]
        first_kind[firm] = steps[0].label.removeprefix("Ouverture_")
        stop_month[firm] = _stop(rng, steps)
        plan_month[firm] = next((s.month for s in steps if s.label.startswith("Plan")), NEVER)
    return Procedures(
        firm=np.array([event[0] for event in events], dtype=np.int64),
        judged_on=np.array([event[1] for event in events], dtype="datetime64[D]"),
        label=np.array([event[2] for event in events], dtype="U40"),
        opened_on=opened_on,
        first_kind=first_kind,
        stop_month=stop_month,
        plan_month=plan_month,
    )


def _course(rng: np.random.Generator, *, opening: int) -> list[_Step]:
    """Draw the judgments of one procedure, from its opening."""
    kind = KINDS[int(rng.choice(3, p=FIRST_KIND_SHARES))]
    if kind == "liquidation":
        return _liquidation(rng, opening=opening, kind=kind)
    steps = [_Step(opening, f"Ouverture_{kind}")]
    decided = opening + int(rng.integers(4, 13))
    draw = rng.random()
    if draw < (0.38 if kind == "redressement" else 0.6):
        steps.append(_Step(decided, f"Plan_continuation_{kind}"))
        if rng.random() < 0.15:
            broken = decided + int(rng.integers(8, 36))
            steps += _liquidation(rng, opening=broken, kind="liquidation")
    elif kind == "sauvegarde" and draw < 0.75:
        steps.append(_Step(decided, "Fin_procedure_sauvegarde"))
        steps.append(_Step(decided + 2, "Solde_procedure_sauvegarde"))
    else:
        if rng.random() < 0.2:
            steps.append(_Step(decided, f"Inclusion_autre_procedure_{kind}"))
        steps += _liquidation(rng, opening=decided, kind="liquidation")
    return steps


def _liquidation(rng: np.random.Generator, *, opening: int, kind: str) -> list[_Step]:
    closed = opening + int(rng.integers(10, 28))
    return [
        _Step(opening, f"Ouverture_{kind}"),
        _Step(closed, f"Fin_procedure_{kind}"),
        _Step(closed + int(rng.integers(1, 4)), f"Solde_procedure_{kind}"),
    ]


def _judgment_days(
    rng: np.random.Generator, steps: list[_Step], timeline: Timeline
) -> list[np.datetime64]:
    """Draw a Tuesday, Wednesday or Thursday for each step; steps of the same month share a day."""
    days: dict[int, np.datetime64] = {}
    for month in sorted({step.month for step in steps}):
        first = (timeline.all_months[0] + month).astype("datetime64[D]")
        start = first + np.timedelta64(int(rng.integers(0, 24)), "D")
        days[month] = np.busday_offset(start, 0, roll="forward", weekmask=SITTING_DAYS)
    return [days[step.month] for step in steps]


def _stop(rng: np.random.Generator, steps: list[_Step]) -> int:
    """Return the first month without activity: one to three months after a liquidation opens."""
    for step in steps:
        if step.label == "Ouverture_liquidation":
            return step.month + int(rng.integers(1, 4))
    return NEVER
