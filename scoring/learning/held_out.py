"""The models that stand for a recipe when it is judged: each never saw the firms of some folds.

The model in service is refitted on everything known, so that nothing is left to judge it on. What is
judged is its recipe: the same learning on earlier quarters, with some folds left out. These models
are kept beside the one in service, so that a later recipe is compared with this one on the same firms
and quarters, which neither saw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoostClassifier

from scoring.dictionary.feature import Feature
from scoring.learning import calibrate, crossfit, hazard, leaving, splits
from scoring.learning.calibrate import Calibration
from scoring.learning.crossfit import Learning
from scoring.learning.examples import Examples
from scoring.learning.follow_up import INTERVAL_MONTHS, INTERVALS, MAIN, FollowUp
from scoring.learning.hazard import INTERVAL, Params

Floats = npt.NDArray[np.float64]
NAME: Final = "held-out-{}.cbm"
JUDGED: Final = ("calibration", "test")


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A hazard that never saw the firms of `folds`, and a recalibration learnt on other firms still."""

    folds: frozenset[int]
    booster: CatBoostClassifier
    calibration: Calibration = field(default_factory=Calibration)


@dataclass(frozen=True, kw_only=True)
class JudgedRecipe:
    """What is judged: `models`, the number of trees of each, and their `risks` before and after
    recalibration of the snapshots of each part (snapshots x horizons). `chances`: the chance that each
    snapshot leaves, quarter by quarter (`leaving.chances`); nothing where it cannot be learnt.
    """

    models: tuple[LeftOut, ...]
    trees: int
    raw: Mapping[str, Floats]
    risks: Mapping[str, Floats]
    chances: Mapping[str, Floats]


def learn(
    examples: Examples,
    history: FollowUp,
    cut: splits.Blocks,
    registry: Sequence[Feature],
    *,
    params: Params,
) -> JudgedRecipe:
    """Choose the number of trees, fit a model without each group of folds that `cut` leaves out, and
    recalibrate each on other firms.
    """
    learning = Learning(panel=examples.parts["train"], rows=examples.rows, registry=registry)
    trees = crossfit.trees(
        learning,
        late=splits.late(examples.rows, cut).to_numpy(),
        left_out=cut.watchers,
        params=params,
    )
    fixed = replace(params, iterations=trees)
    boosters = crossfit.left_out_models(learning, cut.left_out, params=fixed)
    models = tuple(
        LeftOut(folds=folds, booster=booster)
        for folds, booster in zip(cut.left_out, boosters, strict=True)
    )
    parts = {name: examples.parts[name] for name in JUDGED}
    raw = {
        name: raw_risks(models, part, registry, threads=params.thread_count)
        for name, part in parts.items()
    }
    chances = _chances(examples, history, models, registry, threads=params.thread_count)
    models = with_calibrations(
        models, parts["calibration"], history, raw["calibration"], chances.get("calibration")
    )
    risks = {name: recalibrated(models, part, raw[name]) for name, part in parts.items()}
    return JudgedRecipe(models=models, trees=trees, raw=raw, risks=risks, chances=chances)


def hazards(
    models: Sequence[LeftOut], panel: pd.DataFrame, registry: Sequence[Feature], *, threads: int
) -> Floats:
    """Return hazards before recalibration (snapshots x intervals), each by a model that never saw the
    firm; NaN where all of them did.
    """
    result = np.full((len(panel), INTERVALS), np.nan)
    for model, rows in _shared(models, panel):
        raw = hazard.log_odds(model.booster, panel[rows], registry, thread_count=threads)
        result[rows] = hazard.hazards(raw)
    return result


def raw_risks(
    models: Sequence[LeftOut], panel: pd.DataFrame, registry: Sequence[Feature], *, threads: int
) -> Floats:
    """Return risks before recalibration (snapshots x horizons); NaN where every model saw the firm."""
    return hazard.horizon_risks(hazards(models, panel, registry, threads=threads))


def recalibrated(models: Sequence[LeftOut], panel: pd.DataFrame, raw: Floats) -> Floats:
    """Return `raw` (aligned with `panel`) under the recalibration of the model of each firm."""
    result = np.array(raw)
    for model, rows in _shared(models, panel):
        result[rows] = model.calibration.apply(raw[rows])
    return result


def recalibrated_hazards(models: Sequence[LeftOut], panel: pd.DataFrame, raw: Floats) -> Floats:
    """Return hazards `raw` (snapshots x intervals) as the recalibrated risks imply them."""
    risks = recalibrated(models, panel, -np.expm1(np.cumsum(np.log1p(-raw), axis=1)))
    surviving = np.column_stack([np.ones(len(panel)), 1.0 - risks])
    return np.asarray(1.0 - surviving[:, 1:] / surviving[:, :-1])


def with_calibrations(
    models: Sequence[LeftOut],
    snapshots: pd.DataFrame,
    history: FollowUp,
    raw: Floats,
    chances: Floats | None = None,
) -> tuple[LeftOut, ...]:
    """Return `models`, each with a recalibration learnt on the snapshots of the firms that it will not
    be judged on; on all of them when a single model is judged on other firms already.
    """
    if len(models) == 1:
        learnt = calibrate.learn(snapshots, history, raw, chances=chances)
        return (replace(models[0], calibration=learnt),)
    fold = splits.folds(snapshots["siren"])
    result = []
    for model in models:
        others = ~fold.isin(model.folds).to_numpy()
        learnt = calibrate.learn(
            snapshots[others].reset_index(drop=True),
            history,
            raw[others],
            chances=None if chances is None else chances[others],
        )
        result.append(replace(model, calibration=learnt))
    return tuple(result)


def save(models: Sequence[LeftOut], directory: Path) -> list[dict[str, Any]]:
    """Write the models; return one entry each for the metadata: file, folds, calibration."""
    entries = []
    for rank, model in enumerate(models):
        path = directory / NAME.format(rank)
        model.booster.save_model(str(path))
        entries.append(
            {
                "file": path.name,
                "folds": sorted(model.folds),
                "calibration": vars(model.calibration),
            }
        )
    return entries


def load(
    files: Mapping[str, bytes], entries: Sequence[Mapping[str, Any]], *, columns: Sequence[str]
) -> tuple[LeftOut, ...]:
    """Return the models of the entries, from the verified bytes of their files. Raises LookupError when
    one is missing or reads other `columns`, and CatBoostError when it is no model.
    """
    return tuple(_read(files[entry["file"]], entry, columns) for entry in entries)


def _chances(
    examples: Examples,
    history: FollowUp,
    models: Sequence[LeftOut],
    registry: Sequence[Feature],
    *,
    threads: int,
) -> dict[str, Floats]:
    """Return the chance that each snapshot held out leaves, from the risks of models that never saw it."""
    quarters = []
    for panel in examples.followed:
        risks = raw_risks(models, panel, registry, threads=threads)[:, MAIN]
        quarters.append(panel.assign(**{leaving.READ: risks})[~np.isnan(risks)])
    if not quarters:
        return {}
    horizon = INTERVALS * INTERVAL_MONTHS
    return {
        name: leaving.chances(examples.parts[name], quarters, history, registry, horizon=horizon)
        for name in JUDGED
    }


def _read(content: bytes, entry: Mapping[str, Any], columns: Sequence[str]) -> LeftOut:
    booster = CatBoostClassifier()
    booster.load_model(blob=content)
    if booster.feature_names_ != [*columns, INTERVAL]:
        message = f"les colonnes de {entry['file']} ne sont pas celles qu’il déclare"
        raise LookupError(message)
    return LeftOut(
        folds=frozenset(entry["folds"]),
        booster=booster,
        calibration=Calibration(**entry["calibration"]),
    )


def _shared(
    models: Sequence[LeftOut], panel: pd.DataFrame
) -> Iterator[tuple[LeftOut, npt.NDArray[np.bool_]]]:
    """Yield each model with the mask of the rows that are its to judge."""
    fold = splits.folds(panel["siren"])
    for model in models:
        rows = fold.isin(model.folds).to_numpy()
        if rows.any():
            yield model, rows
