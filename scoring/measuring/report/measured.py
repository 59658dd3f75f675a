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
from scoring.learning.bootstrap import Drawn
from scoring.learning.follow_up import (
    HORIZONS,
    MAIN,
    MAIN_HORIZON,
    FollowUp,
    has_reached,
    outcomes,
    visited,
)
from scoring.learning.predict import raw_risks
from scoring.learning.thresholds import Thresholds
from scoring.listing.rules import RuleSet
from scoring.measuring import evaluate, gate
from scoring.measuring.evaluate import MODEL, JudgedRows
from scoring.measuring.report import groups, lead_time, reliability, rules_effect

Floats = npt.NDArray[np.float64]
CHAMPION: Final = "champion"
COMPARED: Final = ("auc", "average_precision")


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Test snapshots (siren, as_of, features), what became of them as known at `as_of`, and how firms
    are drawn.
    """

    part: pd.DataFrame
    history: FollowUp
    draws: int
    seed: int
    as_of: date


def facts(
    ground: Ground,
    risks: Mapping[str, Floats],
    cuts: Mapping[str, Thresholds],
    *,
    champion: TrainedModel | None = None,
    rules: RuleSet | None = None,
) -> dict[str, Any]:
    """What the metadata keep of a test: `metrics` (each score at each horizon), `report` (the
    engine's score in detail, and which champion it was measured beside).

    `risks`: name -> snapshots x horizons, the engine's own under MODEL; `cuts`: their thresholds.
    """
    every, every_cut, refused = beside_champion(risks, cuts, champion, ground.part)
    report = detail(ground, risks[MODEL][:, MAIN], cuts[MODEL], rules=rules or RuleSet())
    if champion is not None:
        known = champion.metadata
        report[CHAMPION] = {
            "as_of": known.get("as_of"),
            "model_sha256": known.get("model_sha256"),
            "refused": refused,
        }
    return {"metrics": measure(ground, every, every_cut), "report": report}


def beside_champion(
    risks: Mapping[str, Floats],
    cuts: Mapping[str, Thresholds],
    champion: TrainedModel | None,
    part: pd.DataFrame,
) -> tuple[dict[str, Floats], dict[str, Thresholds], str]:
    """`risks` and `cuts` with those of the champion on the same snapshots, and why it could not be
    scored (empty when it was, or without champion).
    """
    if champion is None:
        return dict(risks), dict(cuts), ""
    recipe = gate.recipe_of(champion.metadata)
    if recipe is not None and recipe.folds != gate.recipe_in_force().folds:
        # It may have learnt from firms of this test: its figures would flatter it.
        return dict(risks), dict(cuts), "il a été entraîné avec d’autres plis d’entreprises"
    try:
        scored = champion.calibration.apply(raw_risks(champion, part))
    except UnknownFeatureError as error:
        return dict(risks), dict(cuts), f"il lit des variables qui n’existent plus ({error})"
    return {**risks, CHAMPION: scored}, {**cuts, CHAMPION: champion.thresholds}, ""


def measure(
    ground: Ground, risks: Mapping[str, Floats], cuts: Mapping[str, Thresholds]
) -> dict[str, Any]:
    """Statistics of each score (name -> snapshots x horizons) at each horizon; one no test quarter
    has reached, or without failure, is left out. The champion stands apart from the peers.
    """
    result: dict[str, Any] = {}
    for column, horizon in enumerate(HORIZONS):
        scores = {name: each[:, column] for name, each in risks.items()}
        found = _judged(ground, scores[MODEL], horizon=horizon)
        if found is None:
            continue
        reached, known, rows = found
        drawn = evaluate.drawn(
            {name: risk[reached] for name, risk in scores.items()},
            rows,
            thresholds=cuts if horizon == MAIN_HORIZON else {},
            draws=ground.draws,
            seed=ground.seed,
        )
        result[f"p{horizon}"] = _counted(known, rows) | _split(drawn)
    return result


def detail(ground: Ground, risk: Floats, cuts: Thresholds, *, rules: RuleSet) -> dict[str, Any]:
    """Of the engine's score at the main horizon: lead times, reliability, subgroups, what the expert
    rules change. Empty when nothing can be measured.
    """
    found = _judged(ground, risk, horizon=MAIN_HORIZON)
    if found is None:
        return {}
    reached, known, rows = found
    counts = evaluate.draw_firms(rows, draws=ground.draws, seed=ground.seed)
    return {
        "horizon": MAIN_HORIZON,
        "lead_time": lead_time.measure(
            known.assign(
                risk=risk[reached], wait=lead_time.waits(ground.part[reached], ground.history)
            ),
            cuts,
            draws=ground.draws,
            seed=ground.seed,
        ),
        "reliability": reliability.measure(risk[reached], rows, counts),
        "subgroups": groups.measure(_with_visits(ground)[reached], risk[reached], rows, counts),
        "rules": rules_effect.measure(
            ground.part[reached].reset_index(drop=True),
            risk[reached],
            cuts,
            (rows, counts),
            rule_set=rules,
            as_of=ground.as_of,
        ),
    }


def _with_visits(ground: Ground) -> pd.DataFrame:
    """Test snapshots, told apart by whether somebody came in the months that follow; untouched when
    nobody went anywhere.
    """
    if ground.history.visits.empty:
        return ground.part
    seen = visited(ground.part, ground.history, horizon=MAIN_HORIZON)
    return ground.part.assign(visited=seen.map({True: "visitée", False: "jamais visitée"}))


def _judged(
    ground: Ground, risk: Floats, *, horizon: int
) -> tuple[npt.NDArray[np.bool_], pd.DataFrame, JudgedRows] | None:
    """Which snapshots have reached the horizon, what is known of them, and their weights."""
    reached = has_reached(ground.part, ground.history, horizon=horizon)
    known = outcomes(ground.part[reached], ground.history, horizon=horizon)
    if not known["y"].any():
        return None
    return (
        reached,
        known,
        evaluate.judged(known, ipcw.weights(known, risk[reached], horizon=horizon)),
    )


def _counted(known: pd.DataFrame, rows: JudgedRows) -> dict[str, int]:
    return {
        "rows": len(known),
        "firms": int(known["siren"].nunique()),
        "events": rows.events,
        "failed_firms": int(known.loc[known["y"].eq(1), "siren"].nunique()),
    }


def _split(drawn: Drawn) -> dict[str, Any]:
    """Models and what the engine has more than each peer; the champion under its own key."""
    bands, gains = drawn.bands(), drawn.gains(MODEL, COMPARED)
    champion, gain = bands.pop(CHAMPION, None), gains.pop(CHAMPION, None)
    beside = {} if champion is None else {CHAMPION: {"measures": champion, "differences": gain}}
    return {"models": bands, "differences": gains} | beside
