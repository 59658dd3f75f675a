"""The result of a benchmark, as JSON values and as French text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from scoring.dictionary.numbers import french
from scoring.lab.benchmark.contest import COMPARED, Contest
from scoring.lab.benchmark.panel import Columns, Panel
from scoring.lab.benchmark.task import BenchmarkQuestion, BenchmarkTask, Sample
from scoring.learning.artifacts import plain
from scoring.learning.bootstrap import Bootstrap
from scoring.measuring.evaluate import MODEL
from scoring.measuring.report import conclusions
from scoring.measuring.report.sections import NAMES, band

STATISTICS: Final = {
    "auc": "AUC",
    "average_precision": "précision moyenne",
    "precision_at_1": "précision à 1 %",
    "precision_at_5": "précision à 5 %",
    "precision_at_10": "précision à 10 %",
    "citl": "prédit / observé",
    "slope": "pente",
}
Values = Mapping[str, Any]


def content(
    panel: Panel,
    question: BenchmarkQuestion,
    task: BenchmarkTask,
    contest: Contest,
    drawn: Bootstrap,
) -> dict[str, Any]:
    """Return the full result as JSON values; a statistic is {"value", "low", "high"}, null where it
    cannot be computed.
    """
    bands = drawn.bands()
    models = {
        name: {**values, "fit_seconds": contest.seconds[name]} for name, values in bands.items()
    }
    kinds = {True: "categorical", False: "numeric"}
    names: dict[str, list[str]] = {"numeric": [], "categorical": []}
    for feature in panel.registry:
        names[kinds[feature.is_categorical]].append(feature.label)
    raw = {
        "panel": {
            "rows": len(panel.frame),
            "entities": int(panel.frame["siren"].nunique()),
            "features": names,
        },
        "question": vars(question),
        "train": _part(task.learning, task.rows) | {"interval_rows": len(task.rows)},
        "test": _part(task.test, task.known)
        | {"prevalence": bands[MODEL]["prevalence"], "draws": len(drawn.draws)},
        "models": models,
        "differences": drawn.gains(MODEL, COMPARED),
        "engine": contest.engine,
        "warnings": [*task.warnings, *contest.warnings],
    }
    result: dict[str, Any] = plain(raw)
    return result


def text(result: Values, *, path: Path, columns: Columns) -> str:
    """Return the result as French text: what was compared, the table, what can be concluded."""
    train, test, question = result["train"], result["test"], result["question"]
    steps = question["horizon"]
    lines = [
        f"{path.name} : {result['panel']['rows']} lignes, {result['panel']['entities']} entités.",
        f"Évènement « {columns.event} » dans les {steps} pas de temps."
        if steps > 1
        else f"Évènement « {columns.event} » dans le pas de temps.",
        f"Apprentissage{_period(train)} : {_size(train)}.",
        f"Test{_period(test)} : {_size(test)} ; prévalence {band(test['prevalence'])}.",
        f"Intervalles à 95 % : {test['draws']} tirages d’entités.",
        "",
        "| | " + " | ".join(STATISTICS.values()) + " | ajustement |",
        "|---" * (len(STATISTICS) + 2) + "|",
    ]
    for name, values in result["models"].items():
        cells = [band(values[statistic]) for statistic in STATISTICS]
        seconds = f"{french(values['fit_seconds'], decimals=1)} s"
        lines.append(f"| {NAMES[name]} | {' | '.join(cells)} | {seconds} |")
    lines.append("")
    for name, gains in result["differences"].items():
        lines += [
            f"{NAMES[MODEL]} moins {NAMES[name].lower()}, {STATISTICS[statistic]} : "
            f"{band(gain)}, {conclusions.of_difference(gain)}."
            for statistic, gain in gains.items()
        ]
    lines += [f"Attention : {warning}" for warning in result["warnings"]]
    return "\n".join(lines)


def _part(part: Sample, known: pd.DataFrame) -> dict[str, Any]:
    """Describe a sample; `known`: siren, y of the rows tested or trained on."""
    failed = known["y"].eq(1)
    times = part.times if "row" not in known else part.times.iloc[known["row"].unique()]
    return {
        "rows": len(times),
        "entities": int(known["siren"].nunique()),
        "events": int(failed.sum()),
        "failed_entities": int(known.loc[failed, "siren"].nunique()),
        "first": times.min(),
        "last": times.max(),
    }


def _size(part: Values) -> str:
    return (
        f"{part['rows']} lignes de {part['entities']} entités, {part['events']} défaillances "
        f"({part['failed_entities']} entités)"
    )


def _period(part: Values) -> str:
    return f" de {part['first']} à {part['last']}" if part["first"] else ""
