"""Sections of the card, in French Markdown, from the metadata of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from scoring.dictionary.numbers import french
from scoring.measuring.report import conclusions
from scoring.measuring.report.anchor import ANCHOR, CAVEATS, SOURCE
from scoring.measuring.report.groups import ENOUGH

Figures = Mapping[str, Any]
NAMES: Final = {
    "vigie": "Vigie",
    "logistic_regression": "Régression logistique",
    "random_forest": "Forêt aléatoire (profondeur 9, 100 arbres)",
    "champion": "Modèle en service",
}
LEVELS: Final = {"elevee": "élevée", "moderee": "modérée"}
GROUPS: Final = {
    "sector": "Secteur",
    "size": "Salariés",
    "department": "Département",
    "visit": "Visite",
}
TOO_FEW: Final = "effectif insuffisant"
ABSENT: Final = "–"


def differences(measured: Figures) -> str:
    """Return the gain of the engine over each other score at one horizon; empty without others."""
    gains = dict(measured.get("differences", {}))
    if "champion" in measured:
        gains["champion"] = measured["champion"]["differences"]
    if not gains:
        return ""
    rows = [
        [
            f"Vigie − {_inside(NAMES.get(name, name))}",
            band(gain["auc"]),
            band(gain["average_precision"]),
            conclusions.of_difference(gain["average_precision"]),
        ]
        for name, gain in gains.items()
    ]
    head = ["écart, mêmes tirages", "AUC", "Précision moyenne", "conclusion"]
    return table(head, rows)


def champion(metadata: Figures) -> str:
    """Return which model in service was compared, or why it could not be."""
    measured = metadata.get("report", {}).get("champion")
    if measured is None:
        return ""
    model = f"modèle du {measured['as_of']}, empreinte {str(measured['model_sha256'])[:16]}"
    if measured["refused"]:
        return f"## Modèle en service\n\nLe {model} n’a pas pu être mesuré : {measured['refused']}."
    return f"## Modèle en service\n\nMesuré sur les mêmes situations : {model}."


def without_gate(metadata: Figures) -> str:
    """Return that no model in service was there to be measured beside, for the first one; else nothing."""
    report = metadata.get("report")
    if not report or "champion" in report:
        return ""
    return f"## Mise en service\n\n{conclusions.FIRST_MODEL}"


def lead_time(report: Figures) -> str:
    """Return the lead times before the judgment."""
    if "lead_time" not in report:
        return ""
    rows = []
    for level, label in LEVELS.items():
        lead = report["lead_time"][level]
        quartiles = [number(each, decimals=1) for each in lead["quartiles"]]
        rows.append(
            [
                f"{label}{' ou plus' if level == 'moderee' else ''}",
                f"{lead['alerted_firms']} sur {lead['failed_firms']}",
                band(lead["share"]),
                band(lead["median"], decimals=1),
                ABSENT if ABSENT in quartiles else " à ".join(quartiles),
            ]
        )
    head = ["niveau", "défaillantes en alerte", "part", "médiane (mois)", "moitié centrale"]
    return "\n".join(
        [
            "## Délai d’alerte",
            "",
            "Mois entre la première alerte d’une entreprise du test et le jugement d’ouverture.",
            "Une alerte antérieure aux trimestres du test n’est pas vue : le délai réel peut être plus long.",
            "",
            table(head, rows),
        ]
    )


def reliability(report: Figures) -> str:
    """Return predicted against observed by slice of risk."""
    if "reliability" not in report:
        return ""
    rows = [
        [
            f"{number(each['low'])} à {number(each['high'])}",
            str(each["rows"]),
            str(each["failed_firms"]),
            number(each["predicted"]),
            band(each["observed"]),
        ]
        for each in report["reliability"]
    ]
    head = ["risque", "situations", "défaillantes", "prédit", "observé"]
    return f"## Fiabilité à {report['horizon']} mois\n\n{table(head, rows)}"


def subgroups(report: Figures) -> str:
    """Return calibration and ranking of each subgroup with enough failures."""
    if "subgroups" not in report:
        return ""
    parts = [
        f"## Sous-groupes à {report['horizon']} mois",
        f"Mesurés à partir de {ENOUGH} entreprises défaillantes ; « {TOO_FEW} » en dessous.",
    ]
    for name, values in report["subgroups"].items():
        rows = [
            [
                each["value"],
                str(each["firms"]),
                str(each["failed_firms"]),
                *(TOO_FEW if each[key] is None else band(each[key]) for key in ("citl", "auc")),
            ]
            for each in values
        ]
        head = [GROUPS[name], "entreprises", "défaillantes", "prédit / observé", "AUC"]
        parts.append(table(head, rows))
    return "\n\n".join(parts)


def rules(report: Figures) -> str:
    """Return the effect of the expert rules on the levels of the test; empty without measures."""
    effect = report.get("rules")
    if effect is None:
        return ""
    if not effect["in_force"]:
        return "## Règles d’expert\n\nAucune règle n’était en vigueur : les niveaux sont ceux du modèle."
    rows = [
        [
            f"{'élevée' if level == 'elevee' else 'modérée ou plus'}, {label}",
            *(band(effect["measures"][key][f"{level}_{name}"]) for key in ("without", "with")),
            band(effect["differences"][f"{level}_{name}"]),
        ]
        for level in LEVELS
        for name, label in (("precision", "précision"), ("recall", "rappel"))
    ]
    summary = (
        f"{effect['in_force']} en vigueur ; sur {effect['rows']} situations du test, {effect['touched']} "
        f"touchées, {effect['raised']} niveaux relevés, {effect['lowered']} abaissés."
    )
    head = ["alerte", "sans les règles", "avec", "écart"]
    return f"## Règles d’expert\n\n{summary}\n\n{table(head, rows)}"


def anchor(metadata: Figures) -> str:
    """Return our figures and the published ones; empty when nothing was measured at 18 months."""
    models = metadata["metrics"].get("p18", {}).get("models", {})
    if "vigie" not in models:
        return ""
    ours = {name: models["vigie"].get(name) for name in ANCHOR}
    keys = [name for name in ANCHOR if name != "prevalence"]
    head = ["", "prévalence", "AUC", "précision moyenne", "PM / prévalence"]
    head += ["élevée P", "élevée R", "modérée P", "modérée R"]
    rows = [
        ["Vigie", band(ours["prevalence"]), *_anchored(ours, keys)],
        ["Repère", number(ANCHOR["prevalence"]), *_anchored(ANCHOR, keys)],
    ]
    lines = ["## Repère public", "", SOURCE, "", table(head, rows), ""]
    return "\n".join([*lines, *(f"- {caveat}" for caveat in CAVEATS)])


def _anchored(figures: Figures, keys: Sequence[str]) -> list[str]:
    """Return the cells of one line, with the lift after the average precision."""
    cells = {
        key: band(figures[key]) if isinstance(figures[key], Mapping) else number(figures[key])
        for key in keys
    }
    average, prevalence = (_value(figures[key]) for key in ("average_precision", "prevalence"))
    lift = number(average / prevalence, decimals=1) if average and prevalence else ABSENT
    return [cells["auc"], cells["average_precision"], lift, *(cells[key] for key in keys[2:])]


def _value(figure: Any) -> float | None:
    value = figure["value"] if isinstance(figure, Mapping) else figure
    return None if value is None else float(value)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def number(value: float | None, *, decimals: int = 3) -> str:
    """Return 0,146, or – when there is none."""
    return ABSENT if value is None else french(value, decimals=decimals)


def band(measured: Mapping[str, float | None] | None, *, decimals: int = 3) -> str:
    """Return 0,146 [0,087 ; 0,222], 0,146 (sans intervalle), or – when it could not be measured."""
    if measured is None or measured["value"] is None:
        return ABSENT
    if measured["low"] is None or measured["high"] is None:
        return f"{number(measured['value'], decimals=decimals)} ({conclusions.NO_INTERVAL})"
    value, low, high = (
        number(measured[end], decimals=decimals) for end in ("value", "low", "high")
    )
    return f"{value} [{low} ; {high}]"


def _inside(name: str) -> str:
    """Return a name as written inside a sentence."""
    return name[:1].lower() + name[1:]
