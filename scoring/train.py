"""From the lake to a trained model: panel, roles, hazard, calibration, thresholds, and an honest
test against the peers.

The model that is measured is the model that is saved: nothing is refitted on test or calibration
rows afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
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
from scoring.errors import UntrainableError
from scoring.learning import (
    artifacts,
    calibrate,
    examples,
    hazard,
    learnable,
    peers,
    splits,
    thresholds,
)
from scoring.learning.artifacts import TrainedModel
from scoring.learning.examples import MOST_QUIET, Examples
from scoring.learning.follow_up import (
    MAIN,
    MAIN_HORIZON,
    FollowUp,
    follow_up,
    support_episodes,
    visits,
)
from scoring.learning.hazard import Params
from scoring.listing.rules import RuleSet
from scoring.measuring import evaluate, gate, reference
from scoring.measuring.evaluate import MODEL
from scoring.measuring.report import measured
from scoring.measuring.report.measured import HeldOut

Floats = npt.NDArray[np.float64]
HISTORY_MONTHS: Final = 12  # a snapshot needs a year of past to have lags
MONOTONE_SAMPLE: Final = 1_500
LIBRARIES: Final = ("catboost", "duckdb", "ibis-framework", "numpy", "pandas", "scikit-learn")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to train. `block_quarters`: quarters pooled in each block; None for as many as failures
    require. `most_quiet`: quiet interval rows used in training, at most (`scoring.learning.examples`). `champion`:
    the model in service, measured on the same test rows. `rules`: the expert rules whose effect on
    the levels of the test is measured.
    """

    params: Params = field(default_factory=Params)
    block_quarters: int | None = None
    most_quiet: int = MOST_QUIET
    draws: int = evaluate.DRAWS
    with_peers: bool = True
    history_months: int = HISTORY_MONTHS
    champion: TrainedModel | None = None
    rules: RuleSet = field(default_factory=RuleSet)


class MonotoneViolationError(UntrainableError):
    """The fitted model breaks a declared sign."""


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
    start = features.history_start(lake)
    learnable.require_history(pd.Timestamp(start), pd.Timestamp(as_of))
    history = follow_up(
        features.openings(lake, as_of),
        known_by=as_of,
        closures=features.closures(lake, as_of),
        support=support_episodes(labels, known_by=as_of),
    )
    history = replace(history, visits=visits(labels, known_by=as_of))
    first = splits.quarter_after(start, months=settings.history_months)
    days = splits.quarterly(first, as_of)
    cut = splits.blocks(
        days,
        as_of=as_of,
        horizon=MAIN_HORIZON,
        block_quarters=settings.block_quarters
        or splits.block_quarters(days, history.openings, as_of=as_of, horizon=MAIN_HORIZON),
    )
    tables = features.panels(lake, cut.snapshots)
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
    """Train on examples and the follow-up they come from; nothing is written."""
    parts, rows = collected.parts, collected.rows
    learnable.require_trainable(parts, rows, cut)
    settings = replace(settings, params=settings.params.paced(int(rows["y"].sum())))
    booster = fit_hazard(parts["train"], rows, cut, params=settings.params)
    raw = _raw_risks(booster, parts, rows, settings=settings)
    calibration = calibrate.learn(parts["calibration"], history, raw[MODEL]["calibration"])
    for name in ("calibration", "test"):
        raw[MODEL][name] = calibration.apply(raw[MODEL][name])
    cuts = {
        peer: thresholds.learn(
            parts["calibration"], history, risks["calibration"][:, MAIN], horizon=MAIN_HORIZON
        )
        for peer, risks in raw.items()
    }
    held_out = HeldOut(
        part=parts["test"],
        history=history,
        draws=settings.draws,
        seed=settings.params.seed,
        as_of=as_of,
    )
    risks = {name: each["test"] for name, each in raw.items()}
    metadata = _metadata(cut, settings=settings, as_of=as_of) | {
        "calibration": vars(calibration),
        "thresholds": vars(cuts[MODEL]),
        "trees": int(booster.tree_count_),
        "counts": collected.counts,
        "degraded": learnable.missing_features(parts["train"], features.REGISTRY),
        "data_fingerprint": collected.fingerprint(),
        **measured.facts(held_out, risks, cuts, champion=settings.champion, rules=settings.rules),
    }
    return TrainedModel(
        booster=booster, calibration=calibration, thresholds=cuts[MODEL], metadata=metadata
    )


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
    design = hazard.design(panel.iloc[rows["row"].to_numpy()], registry, intervals=rows["interval"])
    design, rows = design.reset_index(drop=True), rows.reset_index(drop=True)
    early, watched = splits.stopping(rows, cut)
    chosen = hazard.fit(
        hazard.pool(design[early], registry, rows=rows[early]),
        registry,
        params=params,
        watched=hazard.pool(design[watched], registry, rows=rows[watched]),
    )
    fixed = replace(params, iterations=max(1, int(chosen.tree_count_)))
    booster = hazard.fit(hazard.pool(design, registry, rows=rows), registry, params=fixed)
    sample = panel.sample(min(MONOTONE_SAMPLE, len(panel)), random_state=params.seed)
    broken = hazard.monotone_violations(booster, sample, registry)
    if broken:
        names = ", ".join(f"{name} ({firms} entreprises)" for name, firms in broken.items())
        raise MonotoneViolationError(f"Le modèle appris contredit un signe déclaré : {names}.")
    return booster


def _raw_risks(
    booster: CatBoostClassifier,
    parts: Mapping[str, pd.DataFrame],
    rows: pd.DataFrame,
    *,
    settings: Settings,
) -> dict[str, dict[str, Floats]]:
    """Score -> part -> risks before calibration (snapshots x horizons)."""
    threads = settings.params.thread_count
    own = {
        name: hazard.horizon_risks(
            hazard.hazards(
                hazard.log_odds(booster, parts[name], features.REGISTRY, thread_count=threads)
            )
        )
        for name in ("calibration", "test")
    }
    others = _peer_risks(parts, rows, params=settings.params) if settings.with_peers else {}
    return {MODEL: own, **others}


def _peer_risks(
    parts: Mapping[str, pd.DataFrame], rows: pd.DataFrame, *, params: Params
) -> dict[str, dict[str, Floats]]:
    fitted = peers.fit(
        parts["train"], rows, features.REGISTRY, seed=params.seed, thread_count=params.thread_count
    )
    return {
        name: {
            part: peers.risks(pipeline, parts[part], features.REGISTRY)
            for part in ("calibration", "test")
        }
        for name, pipeline in fitted.items()
    }


def _metadata(cut: splits.Blocks, *, settings: Settings, as_of: date) -> dict[str, Any]:
    return {
        "as_of": as_of.isoformat(),
        "params": settings.params.recorded(),
        "recipe": asdict(gate.recipe_in_force()),
        "features": [feature.name for feature in features.REGISTRY],
        "blocks": {
            name: [day.date().isoformat() for day in getattr(cut, name)]
            for name in ("train", "stopping", "calibration", "test")
        }
        | {"frozen_on": cut.frozen_on.date().isoformat(), "quarters": len(cut.test)},
        "libraries": {name: version(name) for name in LIBRARIES},
    }
