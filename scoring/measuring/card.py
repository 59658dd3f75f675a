"""The model card, in French Markdown, from a model's metadata: what it is, how good it is, what it
must not be used for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from scoring.features import UnknownFeatureError, select
from scoring.measuring import evaluate
from scoring.measuring.report import conclusions, sections, years
from scoring.measuring.report.sections import NAMES, band, number
from scoring.vocabulary import FEWEST_FAILURES, LIMITS_OF_SCORES

STATISTICS: Final = {
    "auc": "AUC",
    "average_precision": "Précision moyenne",
    "precision_at_capacity": "Précision à 5 % des entreprises",
    "citl": "Prédit / observé",
    "zone_citl": "Prédit / observé en zone d’alerte",
    "slope": "Pente de calibration",
}
ALERTS: Final = {
    "elevee": ("élevée", "F0,5"),
    "moderee": ("modérée", "F2"),
}


def render(metadata: Mapping[str, Any]) -> str:
    """Return the Markdown of the card; it ends with a line feed."""
    report = metadata.get("report", {})  # absent from models trained before it was recorded
    parts = [
        _identity(metadata),
        sections.without_gate(metadata),
        _degraded(metadata),
        _levels(metadata),
        *_horizons(metadata),
        years.section(metadata),
        sections.champion(metadata),
        sections.lead_time(report),
        sections.reliability(report),
        sections.subgroups(report),
        sections.rules(report),
        sections.anchor(metadata),
        _features(metadata),
        LIMITS,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _identity(metadata: Mapping[str, Any]) -> str:
    counts, blocks = metadata["counts"], metadata["blocks"]
    return f"""# Modèle du {metadata["as_of"]}

Probabilité d’ouverture d’une procédure collective à 12, 18 et 24 mois, pour les entreprises du
périmètre, actives et qui ne sont pas déjà en procédure.

- Apprentissage : {counts["interval_rows"]} intervalles de 3 mois,
  {counts["interval_events"]} ouvertures{_drawn(counts)} ; situations du {blocks["train"][0]} au
  {blocks["train"][-1]}, évènements connus jusqu’au {blocks["frozen_on"]}.
- Recalibration : {_recalibration(metadata["calibration"])}.
- Test : entreprises jamais vues, situations du {blocks["test"][0]} au {blocks["test"][-1]}.{_crossfitted(blocks)}
{_service(metadata)}- {metadata["trees"]} arbres, graine {metadata["params"]["seed"]},
  {metadata["params"]["thread_count"]} fils d’exécution."""


def _crossfitted(blocks: Mapping[str, Any]) -> str:
    if not blocks.get("is_crossfitted"):
        return ""
    return (
        "\n  Les plis d’entreprises sont laissés de côté à tour de rôle : chacune est apprise, recalibrée et "
        "testée,\n  toujours par un modèle qui ne l’a pas vue."
    )


def _service(metadata: Mapping[str, Any]) -> str:
    service = metadata.get("service")
    if service is None:
        return ""
    counts, blocks = metadata["counts"], metadata["blocks"]
    return (
        f"- **Évalué jusqu’au {blocks['evaluated_until']}, appris jusqu’au {service['learnt_until']}** : ce qui est mesuré ici est la "
        f"recette ;\n  le modèle en service est la même, apprise à nouveau sur tout ce qui est connu "
        f"({counts['known_events']} ouvertures,\n  {counts['known_firms']} entreprises), moyenne de "
        f"{service['seeds']} graines, les évènements pesant moitié moins tous les {number(service['half_life'], decimals=0)} mois.\n"
    )


def _drawn(counts: Mapping[str, Any]) -> str:
    share = counts.get("quiet_share", 1)
    if share == 1:
        return ""
    return (
        f" ({number(100 * share)} % des intervalles sans ouverture, tirés au hasard et pesés"
        " à l’inverse de cette part)"
    )


def _degraded(metadata: Mapping[str, Any]) -> str:
    lines = metadata.get("degraded")
    return "\n".join(["## Ce qui a manqué", "", *(f"- {line}" for line in lines)]) if lines else ""


def _recalibration(calibration: Mapping[str, Any]) -> str:
    if not calibration["events"]:
        return "absente, trop peu de défaillances dans le bloc de calibration"
    return (
        f"apprise sur {calibration['events']} défaillances (ordonnée à l’origine "
        f"{number(calibration['intercept'])}, pente {number(calibration['slope'])})"
    )


def _levels(metadata: Mapping[str, Any]) -> str:
    cuts = metadata["thresholds"]
    lines = [
        "## Niveaux d’alerte",
        "",
        "Seuils choisis sur le bloc de calibration, mesurés sur le test à 18 mois.",
        "",
    ]
    lines += ["| niveau | seuil | précision | rappel | F |", "|---|---|---|---|---|"]
    measured = metadata["metrics"].get("p18", {}).get("models", {}).get("vigie", {})
    for level, (label, beta) in ALERTS.items():
        cells = [band(measured.get(f"{level}_{name}")) for name in ("precision", "recall", "f")]
        lines.append(f"| {label} ({beta}) | {number(cuts[level])} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _horizons(metadata: Mapping[str, Any]) -> list[str]:
    if not metadata["metrics"]:
        return ["## Test\n\nAucune défaillance parmi les entreprises du test : rien n’est mesuré."]
    return [_horizon(name, measured) for name, measured in metadata["metrics"].items()]


def _horizon(name: str, measured: Mapping[str, Any]) -> str:
    models = dict(measured["models"])
    if "champion" in measured:
        models["champion"] = measured["champion"]["measures"]
    prevalence = next(iter(models.values()))["prevalence"]
    lines = [
        f"## Test à {name.removeprefix('p')} mois",
        "",
        f"{measured['rows']} situations de {measured['firms']} entreprises.",
        f"{measured['failed_firms']} entreprises défaillantes ; prévalence {band(prevalence)}.",
        "Intervalles à 95 %, qui valent aussi pour peu de défaillances.",
        *_reading(measured, models),
        "",
        "| | " + " | ".join(STATISTICS.values()) + " |",
        "|---" * (len(STATISTICS) + 1) + "|",
    ]
    for model, values in models.items():
        cells = [band(values.get(statistic)) for statistic in STATISTICS]
        lines.append(f"| {NAMES.get(model, model)} | {' | '.join(cells)} |")
    differences = sections.differences(measured)
    return "\n".join(lines) + (f"\n\n{differences}" if differences else "")


def _reading(measured: Mapping[str, Any], models: Mapping[str, Any]) -> list[str]:
    """Return in words what the intervals of the horizon allow to say."""
    if measured["failed_firms"] < FEWEST_FAILURES:
        return [conclusions.WHY_NO_INTERVAL]
    level = conclusions.of_level(models.get(evaluate.MODEL, {}).get("citl"))
    return [level] if level else []


def _features(metadata: Mapping[str, Any]) -> str:
    try:
        registry = select(metadata["features"])
    except UnknownFeatureError:
        count = len(metadata["features"])
        return f"## Variables\n\n{count} variables, dont certaines ne sont plus calculées."
    themes = dict.fromkeys(feature.theme for feature in registry)
    lines = [
        f"- {theme.value} : " + ", ".join(f.name for f in registry if f.theme is theme)
        for theme in themes
    ]
    return "\n".join(["## Variables", "", *lines])


LIMITS: Final = "\n".join(["## Limites", "", *(f"- {limit}" for limit in LIMITS_OF_SCORES)])
