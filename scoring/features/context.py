"""Who the firm is: sector, legal form, size class, département, age, and past procedures."""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.dictionary.context import (
    AGE,
    DEPARTMENT,
    LEGAL_FORM,
    PAST_PROCEDURES,
    SECTOR,
    SIZE,
)
from scoring.features.months import age_in_months
from scoring.features.snapshot import Snapshot

SIZES: Final = (
    (10, "moins de 10"),
    (20, "10 à 19"),
    (50, "20 à 49"),
    (100, "50 à 99"),
    (250, "100 à 249"),
)
LARGEST: Final = "250 et plus"


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """Return one row per firm with a past procedure: the number of openings known at the date."""
    openings = snapshot.openings
    past = openings.group_by("siren").aggregate(procedures=openings.opened_on.nunique())
    return [past]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Return the feature columns from identity and joined aggregates."""
    staff = wide.staff_now
    today = ibis.literal(snapshot.as_of)
    return {
        SECTOR.name: wide.naf.left(2),
        LEGAL_FORM.name: wide.legal_category.left(2),
        SIZE.name: ibis.cases(
            *((staff < limit, ibis.literal(label)) for limit, label in SIZES),
            (staff >= SIZES[-1][0], ibis.literal(LARGEST)),
            else_=ibis.null("string"),
        ),
        DEPARTMENT.name: wide.department,
        AGE.name: (age_in_months(today, wide.created_on) / 12).cast("float64"),
        PAST_PROCEDURES.name: wide.procedures.fill_null(0).cast("float64"),
    }
