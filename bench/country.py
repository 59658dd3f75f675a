"""``python -m bench.country LAKE``: the quarterly training and monthly list of a country, on an existing lake (`scoring sources`)."""

import argparse
import pickle
import sys
import tempfile
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from bench import conditions
from bench.learning import quality
from bench.measuring import Cost, apart, seconds
from scoring import features, train
from scoring.data.lake import open_tables
from scoring.learning import artifacts, hazard, peers, predict
from scoring.listing import draw, explain
from scoring.train import Settings

SEED = 1
HEAD = "| work | size | seconds | peak MB |\n|---|---|---|---|"
EXAMPLES, TIMES, MODEL = "examples.pickle", "times.pickle", "model"


def table(lake: Path, scratch: Path, *, as_of: date, settings: Settings) -> str:
    """Return Markdown: each step in its own process, then the quality of the model and its fit time relative to a forest."""
    costs = {
        "collect": apart(_collect, lake, scratch, as_of, settings),
        "train": apart(_train, scratch, as_of, settings),
        "fit": apart(_fit_engine, scratch, settings),
        "forest": apart(_fit_forest, scratch, settings),
        "list": apart(_list, lake, scratch, as_of),
    }
    metadata = artifacts.load(scratch / MODEL).metadata
    counts, times = metadata["counts"], _read(scratch / TIMES)
    rows = f"{counts['interval_rows']:,} interval rows × {len(features.REGISTRY)} features"
    size = f"{rows}, {counts['interval_events']:,} openings, {100 * counts['quiet_share']:.1f} % of the quiet rows"
    lines = [
        _line("features of every quarter, examples drawn", size, costs["collect"]),
        _line("training: hazard, calibration, both peers, report", rows, costs["train"]),
        _line("hazard alone: number of trees, final fit, signs", f"{metadata['trees']} trees", costs["fit"]),
        _line("random forest alone, depth 9 × 100", rows, costs["forest"]),
        _line("list: features, scores, reasons of the list", f"{times['firms']:,} firms, {times['listed']:,} listed", costs["list"]),
    ]  # fmt: skip
    parts = ", ".join(f"{name} {times[name]:.1f} s" for name in ("features", "scores", "reasons"))
    ratio = costs["fit"].seconds / costs["forest"].seconds
    return "\n".join([
        HEAD, *lines, "",
        f"The hazard took {ratio:.2f} times what the forest took on the same rows. The list: {parts}.",
        quality(metadata["metrics"]),
    ])  # fmt: skip


def _collect(lake: Path, scratch: Path, as_of: date, settings: Settings) -> None:
    _write(scratch / EXAMPLES, train.prepare(open_tables(lake), as_of=as_of, settings=settings))


def _train(scratch: Path, as_of: date, settings: Settings) -> None:
    collected, history, cut = _read(scratch / EXAMPLES)
    model = train.fit(collected, history, cut, settings=settings, as_of=as_of)
    artifacts.save(model, scratch / MODEL)


def _fit_engine(scratch: Path, settings: Settings) -> None:
    collected, _, cut = _read(scratch / EXAMPLES)
    params = settings.params.paced(collected.counts["interval_events"])
    train.fit_hazard(collected.parts["train"], collected.rows, cut, params=params)


def _fit_forest(scratch: Path, settings: Settings) -> None:
    collected, _, _ = _read(scratch / EXAMPLES)
    snapshots = collected.parts["train"].iloc[collected.rows["row"].to_numpy()]
    frame = hazard.design(snapshots, features.REGISTRY, intervals=collected.rows["interval"])
    peers.fit_one(
        peers.FOREST,
        frame,
        collected.rows,
        features.REGISTRY,
        thread_count=settings.params.thread_count,
    )


def _list(lake: Path, scratch: Path, as_of: date) -> None:
    model, results = artifacts.load(scratch / MODEL), {}

    def timed(name: str, work: Any) -> None:
        times[name] = seconds(lambda: results.update({name: work()}))

    times: dict[str, float] = {}
    timed("features", partial(features.build, open_tables(lake), as_of))
    built = results["features"]
    timed("scores", partial(predict.score, model, built))
    drawn = draw.make_list(
        results["scores"].assign(department=built["department"]),
        thresholds=model.thresholds,
        as_of=as_of,
        draw=draw.Draw(seed=SEED),
    )
    listed = built[built["siren"].isin(drawn["siren"])]
    threads = model.thread_count
    timed(
        "reasons",
        partial(explain.reasons, model.booster, listed, model.registry, thread_count=threads),
    )
    _write(scratch / TIMES, {**times, "firms": len(built), "listed": len(listed)})


def _line(work: str, size: str, cost: Cost) -> str:
    return f"| {work} | {size} | {cost.seconds:.1f} | {cost.megabytes:,.0f} |"


def _write(path: Path, content: object) -> None:
    with path.open("wb") as stream:
        pickle.dump(content, stream)


def _read(path: Path) -> Any:
    with path.open("rb") as stream:
        return pickle.load(stream)  # noqa: S301 (written above, in the same run)


def main() -> None:
    """Print the table; a country of 350 000 firms takes half an hour and 10 GB."""
    parser = argparse.ArgumentParser(prog="python -m bench.country", description=__doc__)
    parser.add_argument("lake", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--scratch", type=Path, help="where there is room (default: temporary)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vigie-bench-", dir=arguments.scratch) as scratch:
        text = table(arguments.lake, Path(scratch), as_of=arguments.as_of, settings=Settings())
    sys.stdout.write(f"{conditions.sentence()}\n\n{text}\n")


if __name__ == "__main__":
    main()
