"""The funnel as the page shows it: each figure with its definition, its rate, and what it was the period before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.cases.models import Outcome
from app.core.access.identity import Identity, Nature
from app.core.text.french import number_fr, percent_fr
from app.impact import queries
from app.impact.metrics import METRICS, Metric, rate
from app.impact.queries import FunnelRow, Jobs, Period

#: the figures of firms, in the order of the page
SHOWN = (
    "detected", "contacted", "within_three", "within_five", "visited", "confirmed", "supported", "supported_met", "concluded",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure as it is read: ``detail`` says its rate, and the period before."""

    metric: Metric
    value: str
    detail: str


def funnel(session: Session, identity: Identity, period: Period) -> dict[str, Any]:
    """Return rows by département, their total, the départements left out for lack of the score, and the outcomes in words."""
    rows = queries.funnel(session, identity, period)
    total = rows[-1] if rows else None
    before = _compared(queries.funnel(session, identity, period.previous))
    outcomes = queries.outcome_counts(session, identity, period)
    kept, kept_before = (
        queries.jobs(session, identity, each) for each in (period, period.previous)
    )
    return {
        "period": period,
        "rows": rows,
        "total": total,
        "figures": [_figure(METRICS[code], total, before) for code in SHOWN] if total else [],
        "jobs": _jobs(kept, kept_before),
        "is_compared": before is not None,
        "metrics": METRICS,
        "uncounted": sorted(set(period.zone(identity)) - set(period.zone(identity, Nature.SCORE))),
        "outcomes": [(Outcome(code).label, count) for code, count in outcomes],
    }


def _compared(rows: Sequence[FunnelRow]) -> FunnelRow | None:
    """The total of the period before; `None` when nothing was detected then: a 0 would pass for what agents did."""
    return rows[-1] if rows and rows[-1].detected else None


def _figure(metric: Metric, now: FunnelRow, before: FunnelRow | None) -> Figure:
    value = getattr(now, metric.code)
    past = None if before is None else _said(metric, before)
    told = [] if past is None else [f"période d’avant : {past}"]
    if metric.of is not None:
        told.insert(0, f"{_share(metric, now)} des {METRICS[metric.of].label.lower()}")
    return Figure(metric=metric, value=number_fr(value), detail=" · ".join(told))


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
