"""``python -m bench.truth LAKE TRUTH``: the engine and its peers against the true risk of a simulated country, on firms never seen."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoostClassifier, Pool

from bench import conditions
from scoring import features, train
from scoring.data.lake import open_tables
from scoring.learning import hazard, ipcw, peers, splits
from scoring.learning.bootstrap import Bootstrap, band, plain
from scoring.learning.examples import Examples
from scoring.learning.follow_up import MAIN, MAIN_HORIZON, FollowUp, outcomes
from scoring.learning.predict import judged_risks
from scoring.measuring import evaluate
from scoring.measuring.evaluate import MODEL, JudgedRows
from scoring.train import Settings

Floats = npt.NDArray[np.float64]
TRUE = "truth"
REACHED = "reachable"
AP = "average_precision"
NAMES = {
    MODEL: "Vigie",
    peers.LOGISTIC: "logistic regression",
    peers.FOREST: "random forest, depth 9 × 100",
    REACHED: "the same features, taught the true risk (the reachable)",
    TRUE: "true risk (the ceiling)",
}
#: trees, learning rate and depth of what is taught the true risk; it is told enough to need no stopping
TAUGHT = {"iterations": 500, "learning_rate": 0.08, "depth": 6}
TAUGHT_RISK = f"risk_{MAIN_HORIZON}"
#: rows it is taught on, at most
MOST_TAUGHT = 600_000
SHOWN = ("auc", AP, "citl", "zone_citl", "slope")
COLUMNS = (
    "score",
    "AUC",
    "AP",
    "share of the reachable",
    "share of the ceiling",
    "CITL",
    "in the zone of alerts",
    "slope",
)
HEAD = f"| {' | '.join((*COLUMNS, 'CITL, true risk', 'zone, true risk'))} |\n|{'---|' * 10}"


def table(
    prepared: tuple[Examples, FollowUp, splits.Blocks],
    risk: pd.DataFrame,
    *,
    as_of: date,
    settings: Settings,
) -> str:
    """Return Markdown of every score on the test rows at risk; `risk`: siren, as_of, risk_18 and at_risk of the simulation."""
    collected, history, cut = prepared
    test = collected.parts["test"]
    true = test[["siren", "as_of"]].merge(risk, on=["siren", "as_of"], how="left")
    at_risk = true["at_risk"].fillna(value=False).to_numpy(dtype=bool)
    scores = _scores(collected, history, cut, as_of=as_of, settings=settings)
    scores[REACHED] = taught(collected.parts["train"], risk, test, cut, settings=settings)
    scores = {name: each[at_risk] for name, each in scores.items()}
    scores[TRUE] = true.loc[at_risk, f"risk_{MAIN_HORIZON}"].to_numpy(dtype="float64")
    result = outcomes(test[at_risk], history, horizon=MAIN_HORIZON)
    rows = evaluate.judged(result, ipcw.weights(result, scores[MODEL], horizon=MAIN_HORIZON))
    drawn = evaluate.resample(
        scores, rows, thresholds={}, draws=settings.draws, seed=settings.params.seed
    )
    counts = collected.counts
    size = (
        f"Learnt from {counts['interval_rows']:,} interval rows, {counts['interval_events']:,} before an opening; "
        f"tested on {len(result):,} rows of {result['siren'].nunique():,} firms never seen, "
        f"{rows.failed_firms:,} of which entered a procedure."
    )
    lines = [_line(name, drawn, scores, rows) for name in NAMES]
    return "\n".join([size, "", HEAD, *lines, "", *_ahead(drawn)])


def _scores(
    collected: Examples, history: FollowUp, cut: splits.Blocks, *, as_of: date, settings: Settings
) -> dict[str, Floats]:
    """Return the 18-month risks of the test rows, by name."""
    alone = replace(settings, with_peers=False)
    model = train.fit(collected, history, cut, settings=alone, as_of=as_of)
    scores = {MODEL: judged_risks(model, collected.parts["test"])[:, MAIN]}
    others = peers.held_out(
        collected.parts, collected.rows, features.REGISTRY, cut, params=settings.params
    )
    return scores | {name: each["test"][:, MAIN] for name, each in others.items()}


def taught(
    learning: pd.DataFrame,
    risk: pd.DataFrame,
    test: pd.DataFrame,
    cut: splits.Blocks,
    *,
    settings: Settings,
) -> Floats:
    """Return the 18-month risks of `test` given by the features of the engine, taught the true risk of the
    snapshots it learns from rather than what happened: what is left to chance is taken away, and what the
    features do not say stays. No firm is asked of a model that was taught it.
    """
    known = learning.merge(risk[["siren", "as_of", TAUGHT_RISK, "at_risk"]], on=["siren", "as_of"])
    known = known[known["at_risk"].astype(bool)]
    known = known.sample(min(MOST_TAUGHT, len(known)), random_state=settings.params.seed)
    learnt, asked = splits.folds(known["siren"]), splits.folds(test["siren"])
    result = np.full(len(test), np.nan)
    for group in cut.left_out:
        out = asked.isin(group).to_numpy()
        model = _taught_model(known[~learnt.isin(group)], settings=settings)
        result[out] = model.predict_proba(_pool(test[out]))[:, 1]
    return result


def _taught_model(known: pd.DataFrame, *, settings: Settings) -> CatBoostClassifier:
    model = CatBoostClassifier(
        loss_function="CrossEntropy", thread_count=settings.params.thread_count,
        random_seed=settings.params.seed, allow_writing_files=False, verbose=False, **TAUGHT,
    )  # fmt: skip
    told = known.rename(columns={TAUGHT_RISK: "y"}).assign(weight=1.0)
    model.fit(_pool(known, told=told))
    return model


def _pool(snapshots: pd.DataFrame, *, told: pd.DataFrame | None = None) -> Pool:
    design = hazard.design(snapshots, features.REGISTRY, intervals=np.ones(len(snapshots)))
    return hazard.pool(design, features.REGISTRY, rows=told)


def _line(name: str, drawn: Bootstrap, scores: Mapping[str, Floats], rows: JudgedRows) -> str:
    bands = drawn.bands()[name]
    shares = [_share(drawn, name, of=ceiling) for ceiling in (REACHED, TRUE)]
    inside = evaluate.capacity_membership(scores[name], rows.as_of)
    figures = {measure: _interval(bands[measure]) for measure in SHOWN}
    against = [
        f"{evaluate.citl(scores[name], scores[TRUE], weight=weight):.3f}"
        for weight in (np.ones_like(inside), inside)
    ]
    cells = [figures["auc"], figures[AP], *shares, figures["citl"], figures["zone_citl"]]
    return f"| {' | '.join([NAMES[name], *cells, figures['slope'], *against])} |"


def _share(drawn: Bootstrap, name: str, *, of: str) -> str:
    """Return the average precision of a score as a share of another's, with its interval."""
    found = band(
        drawn.point[name][AP] / drawn.point[of][AP],
        [draw[name][AP] / draw[of][AP] for draw in drawn.draws],
        plain(drawn.firms),
    )
    return "1" if name == of else _interval(found)


def _ahead(drawn: Bootstrap) -> list[str]:
    gains = drawn.gains(MODEL, (AP,))
    return [
        f"AP of Vigie less {NAMES[name]}: {_interval(gains[name][AP])}."
        for name in NAMES
        if name != MODEL
    ]


def _interval(figure: Mapping[str, Any]) -> str:
    return f"{figure['value']:.3f} [{figure['low']:.3f} ; {figure['high']:.3f}]"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.truth", description=__doc__)
    parser.add_argument("lake", type=Path)
    parser.add_argument("truth", type=Path, help="the `truth` folder of the same simulation")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    arguments = parser.parse_args()
    settings, as_of = Settings(), arguments.as_of
    prepared = train.prepare(open_tables(arguments.lake), as_of=as_of, settings=settings)
    columns = ["siren", "as_of", f"risk_{MAIN_HORIZON}", "at_risk"]
    risk = pd.read_parquet(arguments.truth / "risk.parquet", columns=columns)
    text = table(prepared, risk, as_of=as_of, settings=settings)
    sys.stdout.write(f"{conditions.sentence()}\n\n{text}\n")


if __name__ == "__main__":
    main()
