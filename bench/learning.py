"""Training and scoring: time, memory, and the quality of the model against its peers on the same rows."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.measuring import apart, best
from scoring import features, train
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.lab.simulate import simulate
from scoring.learning import artifacts, predict
from scoring.measuring import card

SEED = 2
NAMES = {
    "vigie": "Vigie (discrete-time hazard)",
    "logistic_regression": "Logistic regression",
    "random_forest": "Random forest, depth 9 × 100",
}


def report(lake: Path, *, as_of: date, out: Path) -> tuple[str, str]:
    """Return Markdown of speed and quality, and the model card."""
    cost = apart(_train, lake, as_of, out)
    building = apart(_build, lake, as_of)
    model = artifacts.load(out)
    table = features.build(Lake(lake), as_of)
    scoring = best(lambda: predict.score(model, table))
    counts = model.metadata["counts"]
    size = f"{counts['interval_rows']:,} interval rows, {counts['interval_events']} openings"
    rows = [
        (
            "training: panel, hazard, calibration, peers, bootstrap",
            size,
            f"{cost.seconds:.1f}",
            f"{cost.megabytes:.0f}",
        ),
        (
            "features at one date",
            f"{len(table):,} firms",
            f"{building.seconds:.1f}",
            f"{building.megabytes:.0f}",
        ),
        ("scores at 12, 18 and 24 months", f"{len(table):,} firms", f"{scoring:.3f}", "–"),
    ]
    head = ["| work | size | seconds | peak MB |", "|---|---|---|---|"]
    speed = "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows)])
    return f"{speed}\n\n{quality(model.metadata['metrics'])}", card.render(model.metadata)


def larger_world(scratch: Path, *, firms: int, months: int, end: date) -> str:
    """Return Markdown of quality in a region of ``firms`` firms: 3 000 have too few failures for comparisons."""
    files, root, out = scratch / "larger-files", scratch / "larger-lake", scratch / "larger-model"
    simulate(files, firms=firms, months=months, seed=SEED, end=end)
    lake, as_of = Lake(root), end + timedelta(days=1)
    import_directory(files, lake, batch_id="bench", today=as_of)
    lake.restate(["bench"])
    cost = apart(_train, root, as_of, out)
    metadata = artifacts.load(out).metadata
    counts = metadata["counts"]
    size = f"{firms:,} firms: {counts['interval_rows']:,} interval rows, {counts['interval_events']} openings"
    return f"{size}, {cost.seconds:.0f} s, {cost.megabytes:.0f} MB.\n{quality(metadata['metrics'])}"


def _train(lake: Path, as_of: date, out: Path) -> None:
    train.train(Lake(lake), as_of=as_of, out_dir=out)


def _build(lake: Path, as_of: date) -> None:
    features.build(Lake(lake), as_of)


def quality(metrics: dict[str, Any]) -> str:
    """Return Markdown: AUC and average precision of each model at each horizon."""
    lines = []
    for horizon, measured in metrics.items():
        lines += [
            f"\n**{horizon[1:]} months**: {measured['firms']} firms never seen, {measured['failed_firms']} entered a procedure.\n",
            "| model | AUC [95 %] | AP [95 %] |",
            "|---|---|---|",
        ]
        for name, label in NAMES.items():
            model = measured["models"][name]
            lines.append(
                f"| {label} | {_interval(model['auc'])} | {_interval(model['average_precision'])} |"
            )
        prevalence = measured["models"]["vigie"]["prevalence"]
        lines.append(f"| prevalence | .500 | {_interval(prevalence)} |")
    return "\n".join(lines)


def _interval(figure: dict[str, float]) -> str:
    return f"{figure['value']:.3f} [{figure['low']:.3f} ; {figure['high']:.3f}]"
