"""The funnel as the page shows it."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases.models import Outcome
from app.core.access.identity import Identity, Nature
from app.impact import queries
from app.impact.queries import Period


def funnel(session: Session, identity: Identity, period: Period) -> dict[str, Any]:
    """Return rows by département, their total, the départements left out for lack of the score, and the outcomes in words."""
    rows = queries.funnel(session, identity, period)
    outcomes = queries.outcome_counts(session, identity, period)
    return {
        "period": period,
        "rows": rows,
        "total": rows[-1] if rows else None,
        "uncounted": sorted(set(period.zone(identity)) - set(period.zone(identity, Nature.SCORE))),
        "outcomes": [(Outcome(code).label, count) for code, count in outcomes],
    }
