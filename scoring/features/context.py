"""Who the firm is: sector, legal form, size class, département, age, and past procedures."""

from __future__ import annotations

from typing import Any, Final

import ibis

from scoring.features.months import age_in_months
from scoring.features.registry import Feature, Theme, Unit
from scoring.features.snapshot import Snapshot

SECTOR: Final = Feature(
    name="naf_division",
    theme=Theme.CONTEXT,
    unit=Unit.TEXT,
    source="sirene_ul",
    sentence="Secteur d’activité : division {value} de la NAF",
)
LEGAL_FORM: Final = Feature(
    name="legal_form",
    theme=Theme.CONTEXT,
    unit=Unit.TEXT,
    source="sirene_ul",
    sentence="Forme juridique : catégorie {value}",
)
SIZE: Final = Feature(
    name="size_class",
    theme=Theme.CONTEXT,
    unit=Unit.TEXT,
    source="effectif_ent",
    sentence="Taille : {value} salariés",
)
DEPARTMENT: Final = Feature(
    name="department",
    theme=Theme.CONTEXT,
    unit=Unit.TEXT,
    source="sirene_etab",
    sentence="Département du siège : {value}",
)
AGE: Final = Feature(
    name="age",
    theme=Theme.CONTEXT,
    unit=Unit.YEARS,
    source="sirene_ul",
    sentence="Âge de l’entreprise : {value}",
)
PAST_PROCEDURES: Final = Feature(
    name="past_procedures",
    theme=Theme.CONTEXT,
    unit=Unit.COUNT,
    source="procol",
    sentence="Procédures collectives passées : {value}",
)
FEATURES: Final = (SECTOR, LEGAL_FORM, SIZE, DEPARTMENT, AGE, PAST_PROCEDURES)
SIZES: Final = (
    (10, "moins de 10"),
    (20, "10 à 19"),
    (50, "20 à 49"),
    (100, "50 à 99"),
    (250, "100 à 249"),
)
LARGEST: Final = "250 et plus"


def aggregates(snapshot: Snapshot) -> list[ibis.Table]:
    """One row per firm that ever opened a procedure: how many openings were known at the date."""
    openings = snapshot.openings
    past = openings.group_by("siren").aggregate(procedures=openings.opened_on.nunique())
    return [past]


def columns(wide: ibis.Table, snapshot: Snapshot) -> dict[str, Any]:
    """Feature columns from identity and joined aggregates."""
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
