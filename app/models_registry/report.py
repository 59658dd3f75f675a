"""The engine's score in detail, as tables for the page of a version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.text.french import UNKNOWN, number_fr, percent_fr
from app.models_registry.written import interval, number
from scoring.measuring.report.anchor import ANCHOR, CAVEATS, SOURCE

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
    """Lead times, reliability, expert rules and subgroups, of those that the training kept."""
    found = known.get("report", {})
    kept = []
    if "lead_time" in found:
        kept.append(_lead_time(found["lead_time"]))
    if "reliability" in found:
        kept.append(_reliability(found))
    if found.get("rules", {}).get("in_force"):
        kept.append(_rules(found["rules"]))
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
                _between(found[level]["quartiles"]),
            ]
            for level, label in LEVELS.items()
        ],
    )


def _between(quartiles: list[float | None]) -> str:
    known = [number_fr(each, 1) for each in quartiles if each is not None]
    return " à ".join(known) if len(known) == len(quartiles) else UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """Predicted and observed shares of failures, in percent, by slice of risk, for the diagram."""

    horizon: int
    labels: list[str]
    predicted: list[float | None]
    observed: list[float | None]


def reliability(known: Found) -> Reliability | None:
    """The diagram of reliability; `None` when nothing was measured."""
    found = known.get("report", {})
    if not found.get("reliability"):
        return None
    slices = found["reliability"]
    return Reliability(
        horizon=found["horizon"],
        labels=[_slice(each) for each in slices],
        predicted=[_percent(each["predicted"]) for each in slices],
        observed=[_percent(each["observed"]["value"]) for each in slices],
    )


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """Our figures beside the published ones, where they come from, and what keeps them apart."""

    table: Table
    source: str
    caveats: tuple[str, ...]


def anchor(known: Found) -> Anchor | None:
    """The public anchor; `None` when nothing was measured at 18 months."""
    ours = known.get("metrics", {}).get("p18", {}).get("models", {}).get("vigie")
    if ours is None:
        return None
    labels = ["Prévalence", "AUC", "Précision moyenne"]
    labels += [
        f"{level}, {what}" for level in ("Élevée", "Modérée") for what in ("précision", "rappel")
    ]
    rows = [
        [label, interval(ours.get(key), share=key != "auc"), number(value, share=key != "auc")]
        for label, (key, value) in zip(labels, ANCHOR.items(), strict=True)
    ]
    return Anchor(
        table=_table("Mesures à 18 mois", ["Mesure", "Vigie", "Repère publié"], rows),
        source=SOURCE,
        caveats=CAVEATS,
    )


def _rules(found: Found) -> Table:
    said = (
        f"Ce que changent les {found['in_force']} règles d’expert : {number_fr(found['raised'])} niveaux "
        f"relevés et {number_fr(found['lowered'])} abaissés sur {number_fr(found['rows'])} situations"
    )
    return _table(
        said,
        ["Alerte", "Sans les règles", "Avec", "Écart"],
        [
            [
                f"{label}, {what}",
                *(
                    interval(values[f"{level}_{name}"], share=True)
                    for values in (
                        found["measures"]["without"],
                        found["measures"]["with"],
                        found["differences"],
                    )
                ),
            ]
            for level, label in LEVELS.items()
            for name, what in (("precision", "précision"), ("recall", "rappel"))
        ],
    )


def _slice(found: Found) -> str:
    return f"{percent_fr(found['low'], 1)} à {percent_fr(found['high'], 1)}"


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 2)


def _reliability(found: Found) -> Table:
    return _table(
        f"Fiabilité à {found['horizon']} mois, par tranche de risque",
        ["Risque", "Situations", "Défaillances", "Prédit", "Observé"],
        [
            [
                _slice(each),
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
