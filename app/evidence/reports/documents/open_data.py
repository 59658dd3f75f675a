"""The open data of a period: one line a figure, and what each column and figure means."""

from collections.abc import Iterator

from app.core.text.exports import csv_files
from app.evidence.publications.kinds import ALL, DELAYS, KINDS, Axis, label_of
from app.evidence.publications.models import PublishedPeriod
from app.evidence.reports.content import MASKED
from app.impact.metrics import METRICS

#: column -> what it holds
COLUMNS = {
    "periode": "Année (2025) ou semestre (2025-S1)",
    "chiffre": "Code du chiffre : voir les lignes suivantes",
    "definition": "Numéro de la définition du chiffre : le même numéro dit la même chose",
    **{
        axis.value: f"Code : voir {axis.value}_libelle ; « {ALL} » quand le chiffre les réunit tous"
        for axis in Axis
    },
    **{f"{axis.value}_libelle": f"Libellé du code de la colonne {axis.value}" for axis in Axis},
    "valeur": "Nombre entier, ou jours pour un délai médian ; vide quand la case est masquée",
    "secret": f"« {MASKED} » quand la case est masquée par le secret statistique ; vide sinon",
}


def lines_of(told: PublishedPeriod) -> bytes:
    """The bytes of the CSV: each figure that is told, each mark of one that is not; a place that is absent has nobody."""
    return csv_files.write(list(COLUMNS), _rows(told))


def dictionary() -> bytes:
    """The bytes of the CSV that says what each column and each figure means."""
    metrics = [*(kind.metric for kind in KINDS.values()), *(METRICS[name] for name in DELAYS)]
    rows = [
        *(("colonne", name, meaning) for name, meaning in COLUMNS.items()),
        *(("chiffre", metric.code, f"{metric.label} : {metric.text}") for metric in metrics),
    ]
    return csv_files.write(["objet", "nom", "signification"], rows)


def _rows(told: PublishedPeriod) -> Iterator[tuple[object, ...]]:
    for kind, places in told.figures["counts"].items():
        version = KINDS[kind].metric.version
        for place, value in sorted(places.items()):
            yield _row(told, kind, version, place.split("|"), value)
    for region, medians in told.figures["delays"].items():
        for name, days in medians.items():
            yield _row(told, name, METRICS[name].version, [region, ALL, ALL, ALL], days)


def _row(
    told: PublishedPeriod, code: str, version: str, places: list[str], value: float | None
) -> tuple[object, ...]:
    labels = [
        "Ensemble" if place == ALL else label_of(axis, place)
        for axis, place in zip(Axis, places, strict=True)
    ]
    mark = MASKED if value is None else None
    return (told.period, code, version, *places, *labels, value, mark)
