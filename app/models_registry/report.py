"""The detailed performance of a model, as tables for the page of a version."""

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

Measures = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A caption, the labels of the columns (the first names the rows), the cells."""

    caption: str
    columns: list[dict[str, object]]
    rows: list[list[str]]


def tables(metrics: Measures) -> list[Table]:
    """Return lead times, reliability, expert rules and subgroups, among those that training shown."""
    report = metrics.get("report", {})
    shown = []
    if "lead_time" in report:
        shown.append(_lead_time(report["lead_time"]))
    if "reliability" in report:
        shown.append(_reliability(report))
    if report.get("rules", {}).get("in_force"):
        shown.append(_rules(report["rules"]))
    subgroups = report.get("subgroups", {})
    return [*shown, *(_subgroup(name, values) for name, values in subgroups.items())]


def _lead_time(lead_times: Measures) -> Table:
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
                f"{lead_times[level]['alerted_firms']} sur {lead_times[level]['failed_firms']}",
                interval(lead_times[level]["share"], share=True),
                interval(lead_times[level]["median"], share=False),
                _between(lead_times[level]["quartiles"]),
            ]
            for level, label in LEVELS.items()
        ],
    )


def _between(quartiles: list[float | None]) -> str:
    bounds = [number_fr(each, 1) for each in quartiles if each is not None]
    return " à ".join(bounds) if len(bounds) == len(quartiles) else UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """Predicted and observed failure rates, in percent, by slice of risk, for the diagram."""

    horizon: int
    labels: list[str]
    predicted: list[float | None]
    observed: list[float | None]


def reliability(metrics: Measures) -> Reliability | None:
    """Return the reliability diagram; `None` when nothing was measured."""
    report = metrics.get("report", {})
    if not report.get("reliability"):
        return None
    slices = report["reliability"]
    return Reliability(
        horizon=report["horizon"],
        labels=[_slice(each) for each in slices],
        predicted=[_percent(each["predicted"]) for each in slices],
        observed=[_percent(each["observed"]["value"]) for each in slices],
    )


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """Our figures next to the published ones, their source, and why they are not directly comparable."""

    table: Table
    source: str
    caveats: tuple[str, ...]


def anchor(metrics: Measures) -> Anchor | None:
    """Return the comparison with published figures; `None` when nothing was measured at 18 months."""
    ours = metrics.get("metrics", {}).get("p18", {}).get("models", {}).get("vigie")
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


def _rules(rules: Measures) -> Table:
    caption = (
        f"Ce que changent les {rules['in_force']} règles d’expert : {number_fr(rules['raised'])} niveaux "
        f"relevés et {number_fr(rules['lowered'])} abaissés sur {number_fr(rules['rows'])} situations"
    )
    return _table(
        caption,
        ["Alerte", "Sans les règles", "Avec", "Écart"],
        [
            [
                f"{label}, {what}",
                *(
                    interval(values[f"{level}_{name}"], share=True)
                    for values in (
                        rules["measures"]["without"],
                        rules["measures"]["with"],
                        rules["differences"],
                    )
                ),
            ]
            for level, label in LEVELS.items()
            for name, what in (("precision", "précision"), ("recall", "rappel"))
        ],
    )


def _slice(risk_slice: Measures) -> str:
    return f"{percent_fr(risk_slice['low'], 1)} à {percent_fr(risk_slice['high'], 1)}"


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 2)


def _reliability(report: Measures) -> Table:
    return _table(
        f"Fiabilité à {report['horizon']} mois, par tranche de risque",
        ["Risque", "Situations", "Défaillantes", "Prédit", "Observé"],
        [
            [
                _slice(each),
                number_fr(each["rows"]),
                number_fr(each.get("failed_firms")),
                number(each["predicted"], share=True),
                interval(each["observed"], share=True),
            ]
            for each in report["reliability"]
        ],
    )


def _subgroup(name: str, values: list[Measures]) -> Table:
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


def _enough(measured: Measures | None) -> str:
    return TOO_FEW if measured is None else interval(measured, share=False)


def _table(caption: str, labels: list[str], rows: list[list[str]]) -> Table:
    first, *others = labels
    columns: list[dict[str, object]] = [{"label": first}]
    columns += [{"label": label, "numeric": True} for label in others]
    return Table(caption=caption, columns=columns, rows=rows)
