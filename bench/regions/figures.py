"""What scores are worth beside the true risk, and the product's own: as it is, and as it was recalibrated before."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from bench.measuring import seconds
from bench.regions.country import SETTINGS, Prepared, SimulatedRegion
from scoring import train
from scoring.learning import calibrate, held_out, ipcw, predict, splits
from scoring.learning.artifacts import TrainedModel
from scoring.learning.calibrate import Calibration
from scoring.learning.follow_up import MAIN, MAIN_HORIZON, outcomes

Floats = npt.NDArray[np.float64]
RISK = f"risk_{MAIN_HORIZON}"


def against(snapshots: pd.DataFrame, scores: Floats, risk: pd.DataFrame) -> dict[str, float]:
    """Return what `scores` of `snapshots` (siren, as_of) are worth beside the true `risk` of those at risk: AUC
    and average precision are those expected, each firm failing with its true risk.
    """
    joined = snapshots[["siren", "as_of"]].merge(risk, on=["siren", "as_of"], how="left")
    used = joined["at_risk"].eq(other=True).to_numpy() & np.isfinite(scores)
    true, given = joined.loc[used, RISK].to_numpy(dtype="float64"), scores[used]
    came, chance = np.repeat([1, 0], len(true)), np.concatenate([true, 1 - true])

    def expected(measure: Any, score: Floats) -> float:
        return float(measure(came, np.tile(score, 2), sample_weight=chance))

    precision = expected(average_precision_score, given)
    return {
        "firms": int(used.sum()),
        "level": float(given.mean() / true.mean()),
        "auc": expected(roc_auc_score, given),
        "ap": precision,
        "share": precision / expected(average_precision_score, true),
    }


def product(region: SimulatedRegion, *, as_of: date) -> dict[str, Any]:
    """Return the figures of the model of a region as it would be trained on `as_of`, and those of the models
    that judge its recipe, recalibrated on one fold as the product once was.
    """
    prepared, fitted = region.prepared(as_of), []
    took = seconds(lambda: fitted.append(train.fit(*prepared, settings=SETTINGS, as_of=as_of)))
    (model,) = fitted
    test, live = prepared[0].parts["test"], region.live(as_of)
    service = model.metadata["service"]
    before = _one_fold(model, prepared)
    scores = {
        "test": predict.judged_risks(model, test)[:, MAIN],
        "live": predict.score(model, live)[f"p{MAIN_HORIZON}"].to_numpy(),
        "test_before": before.apply(_frozen(model, test)),
        "live_before": before.apply(_frozen(model, live)),
    }
    parts = {"test": test, "live": live}
    return {
        "region": region.name,
        "as_of": as_of.isoformat(),
        "seconds": took,
        "failed_firms": model.metadata["metrics"][f"p{MAIN_HORIZON}"]["failed_firms"],
        "failed_before": before.events,
        "trees": service["trees"],
        "live_raw": predict.raw_risks(model, live)[:, MAIN],
        "regime": service["regime"],
        "quarters": service["quarters"],
        **{
            name: against(parts[name.partition("_")[0]], given, region.country.risk)
            for name, given in scores.items()
        },
    }


def _one_fold(model: TrainedModel, prepared: Prepared) -> Calibration:
    """Return the recalibration learnt on the firms of one fold, however few of them failed."""
    collected, history, _ = prepared
    part = collected.parts["calibration"]
    part = part[splits.folds(part["siren"]).eq(splits.CALIBRATION_FOLD)].reset_index(drop=True)
    risks = _frozen(model, part)
    known = outcomes(part, history, horizon=MAIN_HORIZON)
    weight, came = ipcw.weights(known, risks, horizon=MAIN_HORIZON), known["y"].to_numpy()
    # a firm counted at each quarter: that is how few of them passed for enough
    if came[weight > 0].sum() < calibrate.MIN_EVENTS:
        return Calibration()
    firms = known.loc[came.astype(bool) & (weight > 0), "siren"].nunique()
    return replace(calibrate.fit(risks, came, weight=weight), events=firms)


def _frozen(model: TrainedModel, snapshots: pd.DataFrame) -> Floats:
    """Return the risks of models that stopped learning before the calibration, and never saw the firm."""
    raw = held_out.raw_risks(model.judged, snapshots, model.registry, threads=model.thread_count)
    return raw[:, MAIN]
