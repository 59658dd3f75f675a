"""The funnel as the page shows it: each figure with its definition, its rate, and what it was the period before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.cases.models import Outcome
from app.core.access.identity import Identity, Nature
from app.core.metrics import FEWEST, FEWEST_REACHED, Metric, rate
from app.core.text.french import number_fr, percent_fr
from app.impact import breakdowns, queries
from app.impact.breakdowns import Breakdown
from app.impact.metrics import METRICS
from app.impact.queries import COMPARED, Funnel, FunnelRow, Jobs, Period

#: the figures of firms, in the order of the page
SHOWN = (
    "detected", "contacted", "within_three", "within_five", "answered", "visited", "confirmed", "confirmed_visited", "supported",
    "supported_confirmed", "concluded",
)  # fmt: skip
#: the columns of a group: its stages, then its delays
STAGES = (*queries.STAGES[:2], "within_three", "within_five", *queries.STAGES[2:])
DELAYS = (
    "days_to_contact",
    "days_to_answer",
    "days_to_visit",
    "days_to_support",
    "days_to_outcome",
)
TREND = tuple(f"soon_{stage}" for stage in COMPARED)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure as it is read: ``detail`` says its rate, and the period before."""

    metric: Metric
    value: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """A group as it is read: a figure a column, in the order of `STAGES` and of `DELAYS`."""

    label: str
    stages: Sequence[Figure]
    delays: Sequence[Figure]


def funnel(
    session: Session, identity: Identity, period: Period, *, by: Breakdown, departments: Mapping[str, str]
) -> dict[str, Any]:  # fmt: skip
    """Return the figures, the groups, the trend, the départements left out for lack of the score, and the outcomes in words.

    ``departments``: their names, by code.
    """
    now = queries.measured(session, identity, period, by=by)
    past = queries.measured(session, identity, period.previous, by=by)
    before = _compared(past.total)
    outcomes = queries.outcome_counts(session, identity, period)
    kept, kept_before = (
        queries.jobs(session, identity, each) for each in (period, period.previous)
    )
    return {
        "period": period,
        "by": by,
        "groups": _groups(now, past, breakdowns.labels(by, departments)),
        "group_note": breakdowns.NOTES[by],
        "stages": [METRICS[code] for code in STAGES],
        "delays": [METRICS[code] for code in DELAYS],
        "steps": [(METRICS[stage].label, getattr(now.total, stage)) for stage in queries.STAGES],
        "fewest": FEWEST,
        "fewest_reached": FEWEST_REACHED,
        "trend": _trend(now.quarters),
        "total": now.total,
        "figures": [_figure(METRICS[code], now.total, before) for code in SHOWN],
        "jobs": _jobs(kept, kept_before),
        "is_compared": before is not None,
        "uncounted": sorted(set(period.zone(identity)) - set(period.zone(identity, Nature.SCORE))),
        "outcomes": [(Outcome(code).label, count) for code, count in outcomes],
    }


def _compared(row: FunnelRow | None) -> FunnelRow | None:
    """The period before; `None` when nothing was detected then: a 0 would pass for what agents did."""
    return row if row and row.detected else None


def _groups(now: Funnel, past: Funnel, labels: Mapping[str, str]) -> list[GroupRow]:
    """The groups that have a firm, in the order of the page, then all of them."""
    known = {row.group: row for row in now.groups}
    former = {row.group: row for row in past.groups}
    rows = [
        _group(label, known[code], _compared(former.get(code)))
        for code, label in labels.items()
        if code in known
    ]
    return [*rows, _group("Ensemble", now.total, _compared(past.total))]


def _group(label: str, row: FunnelRow, before: FunnelRow | None) -> GroupRow:
    return GroupRow(
        label=label,
        stages=[_figure(METRICS[code], row, before, is_short=True) for code in STAGES],
        delays=[_delay(METRICS[code], row, before) for code in DELAYS],
    )


def _delay(metric: Metric, row: FunnelRow, before: FunnelRow | None) -> Figure:
    value, past = (getattr(each, metric.code, None) for each in (row, before))
    detail = "" if past is None else f"avant : {number_fr(past)}"
    return Figure(metric=metric, value=number_fr(value), detail=detail)


def _trend(quarters: Sequence[FunnelRow]) -> dict[str, Any]:
    """The rate of each stage within as many days for every quarter, in %; and of how many firms."""
    said = [row for row in quarters if row.observed]
    labels = [f"T{(row.quarter.month + 2) // 3} {row.quarter.year}" for row in said if row.quarter]
    rates = [
        {
            "label": METRICS[code].label,
            "values": [_percent(rate(getattr(row, code), row.observed)) for row in said],
        }
        for code in TREND
    ]
    counts = [
        [label, number_fr(row.observed), *(number_fr(getattr(row, code)) for code in TREND)]
        for label, row in zip(labels, said, strict=True)
    ]
    columns = [METRICS[code] for code in ("observed", *TREND)]
    return {"labels": labels, "rates": rates, "counts": counts, "columns": columns}


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)


def _figure(
    metric: Metric, now: FunnelRow, before: FunnelRow | None, *, is_short: bool = False
) -> Figure:
    """A figure; ``is_short``: in a table, where its rate is said without its whole."""
    told = []
    if metric.of is not None:
        share = _share(metric, now)
        told.append(share if is_short else f"{share} des {metric.among}")
    if before is not None:
        told.append(f"{'avant' if is_short else 'période d’avant'} : {_said(metric, before)}")
    value = number_fr(getattr(now, metric.code))
    return Figure(metric=metric, value=value, detail=" · ".join(told))


def _said(metric: Metric, row: FunnelRow) -> str:
    """A number, and its rate where it has one."""
    value = number_fr(getattr(row, metric.code))
    known = metric.of and rate(getattr(row, metric.code), getattr(row, metric.of))
    return f"{value} ({percent_fr(known)})" if known else value


def _share(metric: Metric, row: FunnelRow) -> str:
    """The rate of a metric; the whole alone where too few firms make one."""
    whole = getattr(row, metric.of or "")
    known = rate(getattr(row, metric.code), whole)
    return percent_fr(known) if known is not None else f"sur {number_fr(whole)}"


def _jobs(now: Jobs, before: Jobs) -> list[Figure]:
    """The jobs of what ended in the period; none where nothing ended of which both numbers are known."""
    if not now.known:
        return []
    share = percent_fr(now.kept / now.at_stake) if now.at_stake else None
    cases = f"{number_fr(now.known)} accompagnements"
    return [
        _of_jobs("jobs_at_stake", now.at_stake, before.at_stake, cases),
        _of_jobs(
            "jobs_kept", now.kept, before.kept, f"{share} des emplois en jeu" if share else cases
        ),
    ]


def _of_jobs(code: str, value: int, past: int, told: str) -> Figure:
    detail = f"{told} · période d’avant : {number_fr(past)}" if past else told
    return Figure(metric=METRICS[code], value=number_fr(value), detail=detail)
