"""The references a model is compared with: logistic regression and random forest on the same
firm-intervals.

They use the same columns, the same weights and the same survival product; only the learner differs.
They cannot handle missing values, which are imputed by the median, with a missing flag.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from scoring.dictionary.feature import Feature
from scoring.learning import splits
from scoring.learning.follow_up import HORIZONS, SCALE, Scale
from scoring.learning.hazard import INTERVAL, Params, design, horizon_risks

Floats = npt.NDArray[np.float64]
LOGISTIC: Final = "logistic_regression"
FOREST: Final = "random_forest"
NAMES: Final = (LOGISTIC, FOREST)
JUDGED: Final = ("calibration", "test")
SMALLEST_CATEGORY: Final = 200  # rows; rarer categories are grouped together


def fit(
    features: pd.DataFrame,
    rows: pd.DataFrame,
    registry: Sequence[Feature],
    *,
    seed: int = 1,
    thread_count: int = 2,
) -> dict[str, Pipeline]:
    """Return both peers, fitted on the design of `features` taken at `rows` (columns row, interval, y,
    weight).
    """
    frame = design(features.iloc[rows["row"].to_numpy()], registry, intervals=rows["interval"])
    return {
        name: fit_one(name, frame, rows, registry, seed=seed, thread_count=thread_count)
        for name in NAMES
    }


def fit_one(
    name: str,
    frame: pd.DataFrame,
    rows: pd.DataFrame,
    registry: Sequence[Feature],
    *,
    seed: int = 1,
    thread_count: int = 2,
) -> Pipeline:
    """Return one peer, fitted on a design aligned with `rows` (columns y, weight)."""
    learners: dict[str, Any] = {
        LOGISTIC: LogisticRegression(max_iter=300, tol=1e-3),
        FOREST: RandomForestClassifier(
            n_estimators=100, max_depth=9, n_jobs=thread_count, random_state=seed
        ),
    }
    columns = _columns(registry, smallest=min(SMALLEST_CATEGORY, max(1, len(rows) // 100)))
    pipeline = Pipeline([("columns", columns), ("learner", learners[name])])
    pipeline.fit(frame, rows["y"].to_numpy(), learner__sample_weight=rows["weight"].to_numpy())
    if name == FOREST:
        # when several threads add up the trees, the last digit changes from run to run
        pipeline.set_params(learner__n_jobs=1)
    return pipeline


def held_out(
    parts: Mapping[str, pd.DataFrame],
    rows: pd.DataFrame,
    registry: Sequence[Feature],
    cut: splits.Blocks,
    *,
    params: Params,
) -> dict[str, dict[str, Floats]]:
    """Return the risks of each peer on the snapshots of calibration and test (name -> part -> snapshots x
    horizons), learnt on the same rows as the hazard and without the same firms.
    """
    result = {
        name: {part: np.full((len(parts[part]), len(HORIZONS)), np.nan) for part in JUDGED}
        for name in NAMES
    }
    fold = splits.folds(rows["siren"])
    for group in cut.left_out:
        fitted = fit(
            parts["train"],
            rows[~fold.isin(group)],
            registry,
            seed=params.seed,
            thread_count=params.thread_count,
        )
        for part in JUDGED:
            out = splits.folds(parts[part]["siren"]).isin(group).to_numpy()
            if not out.any():
                continue
            for name, pipeline in fitted.items():
                result[name][part][out] = risks(pipeline, parts[part][out], registry)
    return result


def risks(
    pipeline: Pipeline,
    features: pd.DataFrame,
    registry: Sequence[Feature],
    *,
    scale: Scale = SCALE,
) -> Floats:
    """Return P at 12, 18 and 24 months, shape (firms, 3)."""
    base = design(features, registry, intervals=np.ones(len(features)))
    hazard = [
        pipeline.predict_proba(base.assign(**{INTERVAL: float(k)}))[:, 1]
        for k in range(1, scale.intervals + 1)
    ]
    return horizon_risks(np.clip(np.column_stack(hazard), 0.0, 1 - 1e-9), scale=scale)


def _columns(registry: Sequence[Feature], *, smallest: int) -> ColumnTransformer:
    numbers = [feature.name for feature in registry if not feature.is_categorical] + [INTERVAL]
    names = [feature.name for feature in registry if feature.is_categorical]
    scaled = Pipeline(
        [
            (
                "impute",
                SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
            ),
            ("scale", StandardScaler()),
        ]
    )
    one_hot = OneHotEncoder(
        handle_unknown="infrequent_if_exist", min_frequency=smallest, sparse_output=False
    )
    return ColumnTransformer([("numbers", scaled, numbers), ("names", one_hot, names)])
