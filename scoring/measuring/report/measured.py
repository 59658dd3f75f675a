"""Every score at every horizon on the same test rows: the engine, its peers, and the champion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.features import UnknownFeatureError
from scoring.learning import ipcw
from scoring.learning.artifacts import TrainedModel
from scoring.learning.bootstrap import Bootstrap
from scoring.learning.follow_up import (
    HORIZONS,
    MAIN,
    MAIN_HORIZON,
    FollowUp,
    has_reached,
    outcomes,
    visited,
)
from scoring.learning.predict import judged_risks
from scoring.learning.thresholds import Thresholds
from scoring.listing.rules import RuleSet
from scoring.measuring import evaluate, gate
from scoring.measuring.evaluate import MODEL, JudgedRows
from scoring.measuring.report import groups, lead_time, reliability, rules_effect

Floats = npt.NDArray[np.float64]
CHAMPION: Final = "champion"
COMPARED: Final = ("auc", "average_precision")


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """Test snapshots (siren, as_of, features), their follow-up as known at `as_of`, and the settings of
    the draws. `chances`: the chance that each leaves, quarter by quarter (`leaving.chances`), if known.
    """

    part: pd.DataFrame
    history: FollowUp
    draws: int
    seed: int
    as_of: date
    chances: Floats | None = None


def facts(
    held_out: HeldOut,
    risks: Mapping[str, Floats],
    cuts: Mapping[str, Thresholds],
    *,
    champion: TrainedModel | None = None,
    rules: RuleSet | None = None,
) -> dict[str, Any]:
    """Return the metadata of a test: `metrics` (each score at each horizon), `report` (the engine's
    score in detail, and the champion it was compared with), `supports` (the record that censored, see
    `gate.reading_of`).

    `risks`: name -> snapshots x horizons, the engine's own under MODEL; `cuts`: their thresholds.
    """
    all_risks, all_cuts, refused = with_champion(risks, cuts, champion, held_out.part)
    report = detail(held_out, risks[MODEL][:, MAIN], cuts[MODEL], rules=rules or RuleSet())
    if champion is not None:
        metadata = champion.metadata
        report[CHAMPION] = {
            "as_of": metadata.get("as_of"),
            "model_sha256": metadata.get("model_sha256"),
            "refused": refused,
        }
    return {
        "metrics": measure(held_out, all_risks, all_cuts),
        "report": report,
        "supports": gate.reading_of(held_out.history),
    }


def with_champion(
    risks: Mapping[str, Floats],
    cuts: Mapping[str, Thresholds],
    champion: TrainedModel | None,
    part: pd.DataFrame,
) -> tuple[dict[str, Floats], dict[str, Thresholds], str]:
    """Return `risks` and `cuts` with those of the champion on the same snapshots, and why it could not
    be scored (empty when it was, or without a champion).
    """
    if champion is None:
        return dict(risks), dict(cuts), ""
    recipe = gate.recipe_of(champion.metadata)
    if recipe is not None and recipe.folds != gate.recipe_in_force().folds:
        # It may have been trained on firms of this test, and its figures would be flattering.
        return dict(risks), dict(cuts), "il a été entraîné avec d’autres plis d’entreprises"
    try:
        scored = judged_risks(champion, part)
    except UnknownFeatureError as error:
        return dict(risks), dict(cuts), f"il lit des variables qui n’existent plus ({error})"
    if np.isnan(scored).any():
        return dict(risks), dict(cuts), "il a appris d’entreprises sur lesquelles on le jugerait"
    return {**risks, CHAMPION: scored}, {**cuts, CHAMPION: champion.thresholds}, ""


def measure(
    held_out: HeldOut, risks: Mapping[str, Floats], cuts: Mapping[str, Thresholds]
) -> dict[str, Any]:
    """Return the statistics of each score (name -> snapshots x horizons) at each horizon; horizons not
    yet reached, or without failure, are left out. The champion is kept apart from the peers.
    """
    result: dict[str, Any] = {}
    for column, horizon in enumerate(HORIZONS):
        scores = {name: each[:, column] for name, each in risks.items()}
        judged = _judged(held_out, scores[MODEL], horizon=horizon)
        if judged is None:
            continue
        reached, known_outcomes, rows = judged
        drawn = evaluate.resample(
            {name: risk[reached] for name, risk in scores.items()},
            rows,
            thresholds=cuts if horizon == MAIN_HORIZON else {},
            draws=held_out.draws,
            seed=held_out.seed,
        )
        result[f"p{horizon}"] = _counted(known_outcomes, rows) | _split(drawn)
    return result


def detail(held_out: HeldOut, risk: Floats, cuts: Thresholds, *, rules: RuleSet) -> dict[str, Any]:
    """Return details of the engine's score at the main horizon: lead times, reliability, subgroups,
    effect of the expert rules. Empty when nothing can be measured.
    """
    judged = _judged(held_out, risk, horizon=MAIN_HORIZON)
    if judged is None:
        return {}
    reached, known_outcomes, rows = judged
    counts = evaluate.draw_firms(rows, draws=held_out.draws, seed=held_out.seed)
    return {
        "horizon": MAIN_HORIZON,
        "lead_time": lead_time.measure(
            known_outcomes.assign(
                risk=risk[reached], wait=lead_time.waits(held_out.part[reached], held_out.history)
            ),
            cuts,
        ),
        "reliability": reliability.measure(risk[reached], rows, counts),
        "subgroups": groups.measure(_with_visits(held_out)[reached], risk[reached], rows, counts),
        "rules": rules_effect.measure(
            held_out.part[reached].reset_index(drop=True),
            risk[reached],
            cuts,
            (rows, counts),
            rule_set=rules,
            as_of=held_out.as_of,
        ),
    }


def _with_visits(held_out: HeldOut) -> pd.DataFrame:
    """Return test snapshots with a column for whether the firm was visited in the following months;
    unchanged when no visit is recorded.
    """
    if held_out.history.visits.empty:
        return held_out.part
    seen = visited(held_out.part, held_out.history, horizon=MAIN_HORIZON)
    return held_out.part.assign(visited=seen.map({True: "visitée", False: "jamais visitée"}))


def _judged(
    held_out: HeldOut, risk: Floats, *, horizon: int
) -> tuple[npt.NDArray[np.bool_], pd.DataFrame, JudgedRows] | None:
    """Return which snapshots have reached the horizon, their outcomes, and the rows to judge on;
    None without a failure.
    """
    reached = has_reached(held_out.part, held_out.history, horizon=horizon)
    result = outcomes(held_out.part[reached], held_out.history, horizon=horizon)
    if not result["y"].any():
        return None
    chance = risk if held_out.chances is None else held_out.chances
    weight = ipcw.weights(result, chance[reached], horizon=horizon)
    return reached, result, evaluate.judged(result, weight)


def _counted(result: pd.DataFrame, rows: JudgedRows) -> dict[str, int]:
    return {
        "rows": len(result),
        "firms": int(result["siren"].nunique()),
        "failed_firms": rows.failed_firms,
    }


def _split(drawn: Bootstrap) -> dict[str, Any]:
    """Return the models and the gain of the engine over each peer; the champion under its own key."""
    bands, gains = drawn.bands(), drawn.gains(MODEL, COMPARED)
    champion, gain = bands.pop(CHAMPION, None), gains.pop(CHAMPION, None)
    compared = {} if champion is None else {CHAMPION: {"measures": champion, "differences": gain}}
    return {"models": bands, "differences": gains} | compared
