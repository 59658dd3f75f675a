"""From the lake to a trained model: panel, roles, hazard, calibration, thresholds, an honest test
against the peers, and the model in service.

What is measured is a recipe: models that never saw the firms they are judged on, nor anything later
than their quarters. The model in service is the same recipe, fitted again on everything known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoostClassifier

from scoring import features
from scoring.data.lake import Tables
from scoring.dictionary.feature import Feature
from scoring.learning import (
    artifacts,
    crossfit,
    examples,
    held_out,
    histories,
    learnable,
    peers,
    refit,
    signs,
    splits,
    thresholds,
)
from scoring.learning.artifacts import TrainedModel
from scoring.learning.crossfit import Learning
from scoring.learning.examples import MOST_QUIET, Examples
from scoring.learning.follow_up import (
    INTERVAL_MONTHS,
    MAIN,
    MAIN_HORIZON,
    FollowUp,
)
from scoring.learning.hazard import Params
from scoring.learning.held_out import JudgedRecipe
from scoring.learning.thresholds import Thresholds
from scoring.listing.rules import RuleSet
from scoring.measuring import evaluate, gate, reference
from scoring.measuring.evaluate import MODEL
from scoring.measuring.report import measured
from scoring.measuring.report.measured import HeldOut

Floats = npt.NDArray[np.float64]
LIBRARIES: Final = ("catboost", "duckdb", "ibis-framework", "numpy", "pandas", "scikit-learn")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to train. `block_quarters`: quarters pooled in each block, and `is_crossfitted`: whether each
    firm has every role (`scoring.learning.splits`); None for what failures require. `most_quiet`:
    quiet interval rows used in training, at most (`scoring.learning.examples`). `champion`: the model
    in service, measured on the same test rows. `rules`: the expert rules whose effect on the levels
    of the test is measured.
    """

    params: Params = field(default_factory=Params)
    block_quarters: int | None = None
    is_crossfitted: bool | None = None
    most_quiet: int = MOST_QUIET
    draws: int = evaluate.DRAWS
    with_peers: bool = True
    history_months: int = histories.HISTORY_MONTHS
    champion: TrainedModel | None = None
    rules: RuleSet = field(default_factory=RuleSet)


def train(
    lake: Tables,
    *,
    as_of: date,
    out_dir: Path,
    labels: pd.DataFrame | None = None,
    seed: int = 1,
    settings: Settings | None = None,
) -> TrainedModel:
    """Train on what was known at `as_of` and save to `out_dir`, the reference of drift last.

    `labels`: the agents' labels (siren, kind, occurred_on, known_at, value); only supports are
    used, to censor, and visits, to define subgroups of the test. Raises ScoringError when the
    history is too short, or holds no failure to learn from.
    """
    given = settings or Settings()
    seeded = replace(given, params=replace(given.params, seed=seed))
    collected, history, cut = prepare(lake, as_of=as_of, labels=labels, settings=seeded)
    model = fit(collected, history, cut, settings=seeded, as_of=as_of)
    saved = artifacts.save(model, out_dir)
    reference.write(lake, saved, out_dir, as_of=as_of)
    return saved


def prepare(
    lake: Tables, *, as_of: date, settings: Settings, labels: pd.DataFrame | None = None
) -> tuple[Examples, FollowUp, splits.Blocks]:
    """Return what `fit` needs, from what was known at `as_of`. Raises ScoringError when the history is too
    short.
    """
    days = histories.quarters(lake, as_of=as_of, months=settings.history_months)
    history = histories.known(lake, as_of=as_of, labels=labels)
    panels = partial(features.panels, lake)
    return gather(panels, days, history, as_of=as_of, settings=settings)


def gather(
    panels: Callable[[Sequence[pd.Timestamp]], Iterable[pd.DataFrame]],
    days: Sequence[pd.Timestamp],
    history: FollowUp,
    *,
    as_of: date,
    settings: Settings,
) -> tuple[Examples, FollowUp, splits.Blocks]:
    """Return what `fit` needs from `panels`, which gives the features of some of the `days`."""
    cut = splits.cut(
        tuple(days),
        history.openings,
        as_of=as_of,
        horizon=MAIN_HORIZON,
        block_quarters=settings.block_quarters,
        is_crossfitted=settings.is_crossfitted,
    )
    # the last quarters have no interval that is known yet
    latest = history.admin_end - pd.DateOffset(months=INTERVAL_MONTHS)
    tables = panels([day for day in days if day <= latest])
    return (
        examples.collect(tables, history, cut, most_quiet=settings.most_quiet),
        history,
        cut,
    )


def fit(
    collected: Examples,
    history: FollowUp,
    cut: splits.Blocks,
    *,
    settings: Settings,
    as_of: date,
) -> TrainedModel:
    """Judge the recipe on examples and the follow-up they come from, then fit the model in service;
    nothing is written.
    """
    learnable.require_trainable(collected.parts, collected.rows, cut)
    settings = replace(settings, params=settings.params.paced(int(collected.rows["y"].sum())))
    recipe = held_out.learn(collected, history, cut, features.REGISTRY, params=settings.params)
    risks = _judged_risks(collected, recipe, cut, settings=settings)
    cuts = _thresholds(collected, history, recipe, risks)
    service = refit.learn(collected, history, recipe, features.REGISTRY, params=settings.params)
    signs.require(
        service.booster, collected.known.panel, features.REGISTRY, seed=settings.params.seed
    )
    told = {
        "calibration": vars(service.calibration),
        "thresholds": vars(cuts[MODEL]),
        "trees": int(service.booster.tree_count_),
        "service": service.recorded(),
    }
    tested = HeldOut(
        part=collected.parts["test"],
        history=history,
        draws=settings.draws,
        seed=settings.params.seed,
        as_of=as_of,
        chances=recipe.chances.get("test"),
    )
    return TrainedModel(
        booster=service.booster,
        calibration=service.calibration,
        thresholds=cuts[MODEL],
        metadata=_metadata(cut, settings=settings, as_of=as_of)
        | told
        | _facts(collected, tested, risks, cuts, settings=settings),
        left_out=recipe.models,
    )


def _thresholds(
    collected: Examples,
    history: FollowUp,
    recipe: JudgedRecipe,
    risks: Mapping[str, Mapping[str, Floats]],
) -> dict[str, Thresholds]:
    """Return the thresholds of each score, chosen on the snapshots of calibration."""
    return {
        name: thresholds.learn(
            collected.parts["calibration"],
            history,
            each["calibration"][:, MAIN],
            horizon=MAIN_HORIZON,
            chances=recipe.chances.get("calibration"),
        )
        for name, each in risks.items()
    }


def _judged_risks(
    collected: Examples, recipe: JudgedRecipe, cut: splits.Blocks, *, settings: Settings
) -> dict[str, Mapping[str, Floats]]:
    """Return score -> part -> risks (snapshots x horizons) of the recipe and of its peers."""
    risks: dict[str, Mapping[str, Floats]] = {MODEL: recipe.risks}
    if settings.with_peers:
        risks |= peers.held_out(
            collected.parts, collected.rows, features.REGISTRY, cut, params=settings.params
        )
    return risks


def _facts(
    collected: Examples,
    tested: HeldOut,
    risks: Mapping[str, Mapping[str, Floats]],
    cuts: Mapping[str, Thresholds],
    *,
    settings: Settings,
) -> dict[str, Any]:
    """Return what the metadata says of the examples and of the test."""
    return {
        "counts": collected.counts,
        "degraded": learnable.missing_features(collected.known.panel, features.REGISTRY),
        "data_fingerprint": collected.fingerprint(),
        **measured.facts(
            tested,
            {name: each["test"] for name, each in risks.items()},
            cuts,
            champion=settings.champion,
            rules=settings.rules,
        ),
    }


def fit_hazard(
    panel: pd.DataFrame,
    rows: pd.DataFrame,
    cut: splits.Blocks,
    *,
    params: Params,
    registry: Sequence[Feature] = features.REGISTRY,
) -> CatBoostClassifier:
    """Choose the number of trees on later quarters of other firms, then fit that many on every
    training row.

    Raises MonotoneViolationError when a declared sign does not hold on a grid.
    """
    learning = Learning(panel=panel, rows=rows, registry=registry)
    late = splits.late(rows, cut).to_numpy()
    trees = crossfit.trees(learning, late=late, left_out=cut.watchers, params=params)
    (booster,) = crossfit.left_out_models(
        learning, [frozenset()], params=replace(params, iterations=trees)
    )
    signs.require(booster, panel, registry, seed=params.seed)
    return booster


def _metadata(cut: splits.Blocks, *, settings: Settings, as_of: date) -> dict[str, Any]:
    evaluated_until = cut.test[-1] + pd.DateOffset(months=MAIN_HORIZON)
    return {
        "as_of": as_of.isoformat(),
        "params": settings.params.recorded(),
        "recipe": asdict(gate.recipe_in_force()),
        "features": [feature.name for feature in features.REGISTRY],
        "blocks": {
            name: [day.date().isoformat() for day in getattr(cut, name)]
            for name in ("train", "stopping", "calibration", "test")
        }
        | {
            "frozen_on": cut.frozen_on.date().isoformat(),
            "evaluated_until": evaluated_until.date().isoformat(),
            "quarters": len(cut.test),
            "is_crossfitted": cut.is_crossfitted,
        },
        "libraries": {name: version(name) for name in LIBRARIES},
    }
