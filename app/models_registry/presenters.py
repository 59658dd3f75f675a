"""The figures of a model, written out for its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.core.text.french import number_fr, percent_fr
from app.models_registry import report
from app.models_registry.models import ModelVersion
from app.models_registry.report import Anchor, Reliability
from app.models_registry.written import interval

MODELS = {
    "vigie": "Vigie",
    "logistic_regression": "Régression logistique",
    "random_forest": "Forêt aléatoire",
    "champion": "Modèle alors en service",
}
#: statistic → label, whether it reads as a percentage
STATISTICS = {
    "auc": ("AUC", False),
    "average_precision": ("Précision moyenne", True),
    "precision_at_capacity": ("Précision à 5 % des entreprises", True),
    "citl": ("Prédit / observé", False),
    "slope": ("Pente de calibration", False),
}
#: the statistics whose difference with another model has its own interval
COMPARED = ("auc", "average_precision")
LEVELS = {"elevee": "Alerte élevée", "moderee": "Alerte modérée"}


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """What each model is worth at one horizon, on the same rows."""

    months: int
    rows: int
    firms: int
    failed_firms: int
    prevalence: str
    table: list[list[str]]
    #: what it has more than each other one, on the same draws
    differences: list[list[str]]


@dataclass(frozen=True, kw_only=True)
class ModelFigures:
    """The page's view of a version."""

    horizons: list[Horizon]
    #: the score in detail
    report: list[report.Table]
    reliability: Reliability | None
    anchor: Anchor | None
    thresholds: list[list[str]]
    calibration: str
    counts: Mapping[str, int]
    #: what the training went on without
    degraded: list[str]
    #: the last day whose events training knew
    frozen_on: date | None


def figures(version: ModelVersion) -> ModelFigures:
    """The figures of ``version``; a statistic that could not be measured is « – »."""
    known = version.metrics
    frozen_on = known.get("blocks", {}).get("frozen_on")
    return ModelFigures(
        horizons=[_horizon(name, measured) for name, measured in known.get("metrics", {}).items()],
        report=report.tables(known),
        reliability=report.reliability(known),
        anchor=report.anchor(known),
        thresholds=_thresholds(known),
        calibration=_calibration(known.get("calibration", {})),
        counts=known.get("counts", {}),
        degraded=known.get("degraded", []),
        frozen_on=date.fromisoformat(frozen_on) if frozen_on else None,
    )


@dataclass(frozen=True, kw_only=True)
class GateLine:
    """A condition: what was measured, its bound, whether it holds."""

    sentence: str
    value: str
    bound: str
    passed: bool


@dataclass(frozen=True, kw_only=True)
class Gate:
    """The conditions of promotion as the page shows them."""

    champion: int
    is_open: bool
    measured_at: datetime
    lines: list[GateLine]


def gate(version: ModelVersion) -> Gate | None:
    """The gate of ``version``, what fails first; `None` before it was measured."""
    known = version.gate
    if known is None:
        return None
    lines = [
        GateLine(
            sentence=line["sentence"],
            value=number_fr(line["value"], 3),
            bound=line["bound"],
            passed=line["passed"],
        )
        for line in known["conditions"]
    ]
    return Gate(
        champion=known["champion"],
        is_open=known["is_open"],
        measured_at=datetime.fromisoformat(known["measured_at"]),
        lines=sorted(lines, key=lambda line: line.passed),
    )


def difference_columns() -> list[dict[str, object]]:
    """Columns of the differences at a horizon, after the model's own."""
    return [{"label": STATISTICS[key][0], "numeric": True} for key in COMPARED]


def statistic_columns() -> list[dict[str, object]]:
    """Columns of the table of a horizon, after the model's own."""
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
            for model, gain in differences.items()
        ],
    )


def _thresholds(known: Mapping[str, Any]) -> list[list[str]]:
    measured = known.get("metrics", {}).get("p18", {}).get("models", {}).get("vigie", {})
    return [
        [
            label,
            percent_fr(known.get("thresholds", {}).get(level), 1),
            interval(measured.get(f"{level}_precision"), share=True),
            interval(measured.get(f"{level}_recall"), share=True),
        ]
        for level, label in LEVELS.items()
    ]


def _calibration(found: Mapping[str, Any]) -> str:
    if not found.get("events"):
        return "Aucune recalibration : trop peu de défaillances dans le bloc de calibration."
    return (
        f"Recalibration apprise sur {number_fr(found['events'])} défaillances "
        f"(ordonnée à l’origine {number_fr(found['intercept'], 3)}, "
        f"pente {number_fr(found['slope'], 3)})."
    )
