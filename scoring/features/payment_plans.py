"""Délais de paiement granted by Urssaf: an approved plan running at the date, and whether the debt
decreases as agreed.

Only plans known at the date are read: a plan granted after the date, say because of an alert,
cannot leak into it.
"""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.dictionary.payment_plans import BEHIND, GRANTED, LEFT, RUNNING
from scoring.features.months import MICRO, age_in_months, micro, ratio
from scoring.features.snapshot import Snapshot

APPROVED: Final = "APPROB"


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """Return one row per firm with an approved plan running at the date: amount granted, and amount
    that should remain due.
    """
    plans, today = snapshot.plans, ibis.literal(snapshot.as_of)
    running = plans.filter(
        plans.stage.strip().upper() == APPROVED,
        plans.created_on <= today,
        plans.due_on >= today,
        plans.duration_days > 0,
        plans.amount > 0,
    )
    left = running.due_on.delta(today, unit="day") / running.duration_days
    expected = running.amount * ibis.least(left, ibis.literal(1.0))
    granted = running.group_by("siren").aggregate(
        plan_amount=micro(running.amount).sum() / MICRO,
        plan_expected=micro(expected).sum() / MICRO,
        plan_until=running.due_on.max(),
    )
    return [granted]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Return the feature columns: behind is (debt - expected remainder) / amount, above 0 when late,
    missing without a plan.
    """
    is_known = wide.first_called.notnull() if snapshot.has_plans else ibis.literal(value=False)
    return {
        RUNNING.name: is_known.ifelse(
            wide.plan_amount.notnull().cast("float64"), ibis.null("float64")
        ),
        BEHIND.name: (wide.owed_0 - wide.plan_expected) / wide.plan_amount,
        LEFT.name: age_in_months(wide.plan_until, ibis.literal(snapshot.as_of)).cast("float64"),
        GRANTED.name: ratio(wide.plan_amount, wide.called_mean),
    }
