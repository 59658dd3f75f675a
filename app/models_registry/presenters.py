"""The figures of a model, as its page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.core.text.french import date_fr, number_fr, percent_fr
from app.models_registry import decisions, report
from app.models_registry.models import ModelVersion
from app.models_registry.report import Anchor, Reliability
from app.models_registry.written import interval
from scoring.measuring.report import conclusions
from scoring.vocabulary import FEWEST_FAILURES, Reserve

MODELS = {
    "vigie": "Vigie",
    "logistic_regression": "Régression logistique",
    "random_forest": "Forêt aléatoire",
    "champion": "Modèle alors en service",
}
#: statistic → label, whether it is shown as a percentage
STATISTICS = {
    "auc": ("AUC", False),
    "average_precision": ("Précision moyenne", True),
    "precision_at_capacity": ("Précision à 5 % des entreprises", True),
    "citl": ("Prédit / observé", False),
    "slope": ("Pente de calibration", False),
}
#: the statistics whose difference from another model has its own interval
COMPARED = ("auc", "average_precision")
LEVELS = {"elevee": "Alerte élevée", "moderee": "Alerte modérée"}


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """The performance of each model at one horizon, on the same rows."""

    months: int
    rows: int
    firms: int
    failed_firms: int
    prevalence: str
    table: list[list[str]]
    #: its advantage over each other model, on the same draws
    differences: list[list[str]]
    #: what the intervals allow to say, one sentence each
    conclusions: list[str]


@dataclass(frozen=True, kw_only=True)
class ModelFigures:
    """A version, as its page shows it."""

    horizons: list[Horizon]
    #: the detailed performance
    report: list[report.Table]
    reliability: Reliability | None
    anchor: Anchor | None
    thresholds: list[list[str]]
    calibration: str
    counts: Mapping[str, int]
    #: the missing data that training went on without
    degraded: list[str]
    #: the last days: of the events known to what is measured, of its test, of the events that the model in service learnt
    frozen_on: date | None
    evaluated_until: date | None
    learnt_until: date | None
    #: that nothing was asked of it before it entered service; `None` for any model but the first
    without_gate: str | None


def figures(version: ModelVersion) -> ModelFigures:
    """Return the figures of ``version``; a statistic that could not be measured is « – »."""
    metrics = version.metrics
    blocks, service = metrics.get("blocks", {}), metrics.get("service", {})
    return ModelFigures(
        horizons=[
            _horizon(name, measured) for name, measured in metrics.get("metrics", {}).items()
        ],
        report=report.tables(metrics),
        reliability=report.reliability(metrics),
        anchor=report.anchor(metrics),
        thresholds=_thresholds(metrics),
        calibration=_calibration(metrics.get("calibration", {})),
        counts=metrics.get("counts", {}),
        degraded=metrics.get("degraded", []),
        frozen_on=_day(blocks.get("frozen_on")),
        evaluated_until=_day(blocks.get("evaluated_until")),
        learnt_until=_day(service.get("learnt_until")),
        without_gate=conclusions.FIRST_MODEL if version.is_champion and not version.gate else None,
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


@dataclass(frozen=True, kw_only=True)
class GateLine:
    """A condition: its measure, its bound, whether it holds."""

    sentence: str
    value: str
    bound: str
    passed: bool
    #: why it is neither plainly held nor refused
    reserve: Reserve | None


@dataclass(frozen=True, kw_only=True)
class Gate:
    """The conditions of promotion as the page shows them."""

    champion: int
    is_open: bool
    is_undecided: bool
    measured_at: datetime
    lines: list[GateLine]
    #: what it allows to say
    conclusion: str
    excuse: str | None


def gate(version: ModelVersion) -> Gate | None:
    """Return the gate of ``version``, failed conditions first; `None` until it is measured."""
    measured = version.gate
    if measured is None:
        return None
    lines = [
        GateLine(
            sentence=line["sentence"],
            value=number_fr(line["value"], 3),
            bound=line["bound"],
            passed=line["passed"],
            reserve=Reserve(line["reserve"]) if line.get("reserve") else None,
        )
        for line in measured["conditions"]
    ]
    undecided = decisions.is_undecided(measured)
    return Gate(
        champion=measured["champion"],
        is_open=measured["is_open"],
        is_undecided=undecided,
        measured_at=datetime.fromisoformat(measured["measured_at"]),
        lines=sorted(lines, key=lambda line: (line.passed, line.reserve is not None)),
        conclusion=decisions.conclusion(measured),
        excuse=_excuse(measured.get("excuse")),
    )


def announced(version: ModelVersion, *, is_tried: bool) -> str:
    """Return what the data scientists are told of a model that has just been trained."""
    if version.is_champion:
        return f"{conclusions.FIRST_MODEL} Il est en service."
    place = (
        "Il est à l’essai : il suivra les prochaines détections sans rien changer aux listes."
        if is_tried
        else "Il attend au registre."
    )
    told = [place, "Il n’entrera en service que par votre signature.", *_beside(version)]
    if version.gate:
        told.append(decisions.conclusion(version.gate))
    return " ".join(told)


def _beside(version: ModelVersion) -> list[str]:
    """Return what the test concludes at 18 months beside the model in service."""
    measured = version.metrics.get("metrics", {}).get("p18", {}).get("champion")
    if not measured:
        return []
    return [conclusions.of_differences("modèle en service", measured["differences"])]


def _excuse(written: Mapping[str, Any] | None) -> str | None:
    if not written:
        return None
    until = date_fr(decisions.excuse_end(written))
    return f"{decisions.excuse_sentence(written)}. Vaut jusqu’au {until}, pour la signature d’une autre personne."


def difference_columns() -> list[dict[str, object]]:
    """Return the columns of the differences at a horizon, after the model's own."""
    columns: list[dict[str, object]] = [
        {"label": STATISTICS[key][0], "numeric": True} for key in COMPARED
    ]
    return [*columns, {"label": "Conclusion"}]


def statistic_columns() -> list[dict[str, object]]:
    """Return the columns of the table of a horizon, after the model's own."""
    return [{"label": label, "numeric": True} for label, _ in STATISTICS.values()]


def _horizon(name: str, measured: Mapping[str, Any]) -> Horizon:
    models: dict[str, Any] = dict(measured["models"])
    differences: dict[str, Any] = dict(measured.get("differences", {}))
    if "champion" in measured:
        models["champion"] = measured["champion"]["measures"]
        differences["champion"] = measured["champion"]["differences"]
    prevalence = next(iter(models.values()))["prevalence"]
    return Horizon(
        months=int(name.removeprefix("p")),
        rows=measured["rows"],
        firms=measured["firms"],
        failed_firms=measured["failed_firms"],
        prevalence=interval(prevalence, share=True),
        table=[
            [MODELS.get(model, model)]
            + [interval(values.get(key), share=share) for key, (_, share) in STATISTICS.items()]
            for model, values in models.items()
        ],
        differences=[
            [MODELS.get(model, model)]
            + [interval(gain.get(key), share=STATISTICS[key][1]) for key in COMPARED]
            + [conclusions.of_difference(gain.get("average_precision"))]
            for model, gain in differences.items()
        ],
        conclusions=_conclusions(measured, models.get("vigie", {})),
    )


def _conclusions(measured: Mapping[str, Any], own: Mapping[str, Any]) -> list[str]:
    if measured["failed_firms"] < FEWEST_FAILURES:
        return [conclusions.WHY_NO_INTERVAL]
    level = conclusions.of_level(own.get("citl"))
    return [level] if level else []


def _thresholds(metrics: Mapping[str, Any]) -> list[list[str]]:
    measured = metrics.get("metrics", {}).get("p18", {}).get("models", {}).get("vigie", {})
    return [
        [
            label,
            percent_fr(metrics.get("thresholds", {}).get(level), 1),
            interval(measured.get(f"{level}_precision"), share=True),
            interval(measured.get(f"{level}_recall"), share=True),
        ]
        for level, label in LEVELS.items()
    ]


def _calibration(calibration: Mapping[str, Any]) -> str:
    if not calibration.get("events"):
        return "Aucune recalibration : trop peu de défaillances dans le bloc de calibration."
    return (
        f"Recalibration apprise sur {number_fr(calibration['events'])} défaillances "
        f"(ordonnée à l’origine {number_fr(calibration['intercept'], 3)}, "
        f"pente {number_fr(calibration['slope'], 3)})."
    )
