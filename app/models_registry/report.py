"""The engine's score in detail, as tables for the page of a version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.formats import number_fr, percent_fr
from app.models_registry.written import interval, number

LEVELS = {"elevee": "Élevée", "moderee": "Modérée ou plus"}
GROUPS = {
    "sector": "Secteur",
    "size": "Salariés",
    "department": "Département",
    "visit": "Visite",
}
TOO_FEW = "effectif insuffisant"

Found = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A caption, the labels of the columns (the first one names the rows), the cells."""

    caption: str
    columns: list[dict[str, object]]
    rows: list[list[str]]


def tables(known: Found) -> list[Table]:
    """Lead times, reliability and subgroups, of those that the training kept."""
    found = known.get("report", {})
    kept = []
    if "lead_time" in found:
        kept.append(_lead_time(found["lead_time"]))
    if "reliability" in found:
        kept.append(_reliability(found))
    subgroups = found.get("subgroups", {})
    return [*kept, *(_subgroup(name, values) for name, values in subgroups.items())]


def _lead_time(found: Found) -> Table:
    return _table(
        "Délai entre la première alerte et le jugement",
        [
            "Niveau",
            "Défaillantes en alerte",
            "Part",
            "Médiane, en mois",
            "Moitié centrale, en mois",
        ],
        [
            [
                label,
                f"{found[level]['alerted_firms']} sur {found[level]['failed_firms']}",
                interval(found[level]["share"], share=True),
                interval(found[level]["median"], share=False),
                " à ".join(number_fr(each, 1) for each in found[level]["quartiles"]),
            ]
            for level, label in LEVELS.items()
        ],
    )


def _reliability(found: Found) -> Table:
    return _table(
        f"Fiabilité à {found['horizon']} mois, par tranche de risque",
        ["Risque", "Situations", "Défaillances", "Prédit", "Observé"],
        [
            [
                f"{percent_fr(each['low'], 1)} à {percent_fr(each['high'], 1)}",
                number_fr(each["rows"]),
                number_fr(each["events"]),
                number(each["predicted"], share=True),
                interval(each["observed"], share=True),
            ]
            for each in found["reliability"]
        ],
    )


def _subgroup(name: str, values: list[Found]) -> Table:
    label = GROUPS.get(name, name)
    return _table(
        f"Par {label.lower()}",
        [label, "Entreprises", "Défaillantes", "Prédit / observé", "AUC"],
        [
            [
                str(each["value"]),
                number_fr(each["firms"]),
                number_fr(each["failed_firms"]),
                *(_enough(each[statistic]) for statistic in ("citl", "auc")),
            ]
            for each in values
        ],
    )


def _enough(measured: Found | None) -> str:
    return TOO_FEW if measured is None else interval(measured, share=False)


def _table(caption: str, labels: list[str], rows: list[list[str]]) -> Table:
    first, *others = labels
    columns: list[dict[str, object]] = [{"label": first}]
    columns += [{"label": label, "numeric": True} for label in others]
    return Table(caption=caption, columns=columns, rows=rows)
