"""``python -m bench.regions OUT``: small simulated regions, each list against the true risk of its firms.

A dozen regions are an hour or two of work: what is done is kept in OUT, and the same command goes on from there.
"""

import argparse
import json
import pickle
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from bench import conditions
from bench.measuring import seconds
from scoring import features, train
from scoring.data.importing import import_directory
from scoring.data.lake import Lake, open_tables
from scoring.lab.simulate import simulate
from scoring.learning import predict
from scoring.learning.artifacts import TrainedModel
from scoring.learning.follow_up import MAIN, MAIN_HORIZON
from scoring.train import Settings

Floats = npt.NDArray[np.float64]
REGIONS, FIRMS, MONTHS, END = 12, 3000, 120, date(2026, 10, 1)
#: the day of the list of today, and that of a list made while failures were coming back
LISTS = (date(2026, 11, 1), date(2024, 11, 1))
#: what is measured here needs no interval
DRAWS = 20
RISK = f"risk_{MAIN_HORIZON}"
FILES, LAKE, TRUTH = "files", "lake", "files/truth/risk.parquet"
HEAD = (
    "| seed | list of | failing firms tested | test: predicted / true | live: predicted / true | live: AUC "
    "| live: share of the ceiling | level followed |\n|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, kw_only=True)
class SimulatedRegion:
    """A simulated region of `firms`, in a directory of its own."""

    directory: Path
    seed: int
    firms: int

    @property
    def lake(self) -> Path:
        """Its published files."""
        return self.directory / LAKE

    def build(self) -> None:
        """Write its files and publish them, once."""
        done = self.directory / "built"
        if done.exists():
            return
        files = self.directory / FILES
        simulate(files, firms=self.firms, months=MONTHS, seed=self.seed, end=END)
        lake, today = Lake(self.lake), (END + timedelta(days=31)).replace(day=1)
        import_directory(files, lake, batch_id="bench", today=today)
        lake.restate(["bench"])
        done.touch()

    def risk(self) -> pd.DataFrame:
        """Return siren, as_of, the true risk at 18 months and whether the firm is at risk."""
        columns = ["siren", "as_of", RISK, "at_risk"]
        return pd.read_parquet(self.directory / TRUTH, columns=columns)


def measured(region: SimulatedRegion, *, as_of: date) -> dict[str, Any]:
    """Return the figures of the model of a region as it would be trained on `as_of`."""
    settings = Settings(with_peers=False, draws=DRAWS)
    prepared = _prepared(region, as_of=as_of, settings=settings)
    fitted: list[TrainedModel] = []
    took = seconds(lambda: fitted.append(train.fit(*prepared, settings=settings, as_of=as_of)))
    (model,) = fitted
    test = prepared[0].parts["test"]
    live = features.build(open_tables(region.lake), _quarter(as_of))
    scores = predict.score(model, live)[f"p{MAIN_HORIZON}"].to_numpy()
    tested = model.metadata["metrics"][f"p{MAIN_HORIZON}"]
    return {
        "seed": region.seed,
        "as_of": as_of.isoformat(),
        "failed_firms": tested["failed_firms"],
        "seconds": took,
        "regime": model.metadata["service"]["regime"],
        "test": against(test, predict.judged_risks(model, test)[:, MAIN], region.risk()),
        "live": against(live.assign(as_of=pd.Timestamp(_quarter(as_of))), scores, region.risk()),
    }


def against(snapshots: pd.DataFrame, scores: Floats, risk: pd.DataFrame) -> dict[str, float]:
    """Return what `scores` of `snapshots` (siren, as_of) are worth beside the true `risk` of those at risk: AUC
    and average precision are those expected, each firm failing with its true risk.
    """
    joined = snapshots[["siren", "as_of"]].merge(risk, on=["siren", "as_of"], how="left")
    used = joined["at_risk"].fillna(value=False).to_numpy(dtype=bool) & np.isfinite(scores)
    true, given = joined.loc[used, RISK].to_numpy(dtype="float64"), scores[used]
    came = np.repeat([1, 0], len(true))
    chance = np.concatenate([true, 1 - true])

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


def table(found: Sequence[dict[str, Any]]) -> str:
    """Return Markdown: a row a region and list, then the range of each list."""
    lines = [_line(one) for one in found]
    return "\n".join([HEAD, *lines, "", *_ranges(found)])


def _line(one: dict[str, Any]) -> str:
    live, regime = one["live"], one["regime"]
    followed = f"× {regime['level']:.2f}" if regime["is_followed"] else "no"
    return (
        f"| {one['seed']} | {date.fromisoformat(one['as_of']):%B %Y} | {one['failed_firms']} | {one['test']['level']:.2f} "
        f"| {live['level']:.2f} | {live['auc']:.3f} | {live['share']:.2f} | {followed} |"
    )


def _ranges(found: Sequence[dict[str, Any]]) -> list[str]:
    lines = []
    for as_of in sorted({one["as_of"] for one in found}, reverse=True):
        of = [one for one in found if one["as_of"] == as_of]
        told = []
        for part in ("test", "live"):
            levels = [one[part]["level"] for one in of]
            told.append(
                f"{part}, {min(levels):.2f} to {max(levels):.2f}, median {np.median(levels):.2f}"
            )
        lines.append(
            f"{date.fromisoformat(as_of):%B %Y}, {len(of)} regions, predicted on true risk: {'; '.join(told)}."
        )
    return lines


def _prepared(region: SimulatedRegion, *, as_of: date, settings: Settings) -> Any:
    """Return what a fit needs, prepared once: other trials read it too."""
    path = region.directory / f"examples-{as_of}.pickle"
    if not path.exists():
        content = train.prepare(open_tables(region.lake), as_of=as_of, settings=settings)
        part = path.with_suffix(".part")
        part.write_bytes(pickle.dumps(content))
        part.rename(path)
    return pickle.loads(path.read_bytes())  # noqa: S301 (written above)


def _quarter(as_of: date) -> date:
    """Return the last day, by `as_of`, whose true risk is known: the first of a quarter."""
    return as_of.replace(month=3 * ((as_of.month - 1) // 3) + 1, day=1)


def _one(region: SimulatedRegion, *, as_of: date) -> dict[str, Any]:
    kept = region.directory / f"{as_of}.json"
    if not kept.exists():
        region.build()
        part = kept.with_suffix(".part")
        part.write_text(json.dumps(measured(region, as_of=as_of)))
        part.rename(kept)
    result: dict[str, Any] = json.loads(kept.read_text())
    return result


def main() -> None:
    """Measure what is not yet, then print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.regions", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--regions", type=int, default=REGIONS)
    parser.add_argument("--firms", type=int, default=FIRMS)
    parser.add_argument("--list", type=date.fromisoformat, action="append", dest="lists")
    arguments = parser.parse_args()
    found = []
    for seed in range(1, arguments.regions + 1):
        region = SimulatedRegion(
            directory=arguments.out / str(seed), seed=seed, firms=arguments.firms
        )
        for as_of in arguments.lists or LISTS:
            found.append(_one(region, as_of=as_of))
            sys.stderr.write(f"{_line(found[-1])}\n")
    size = f"{arguments.firms:,} firms × {MONTHS} months each"
    sys.stdout.write(f"{conditions.sentence()} {size}.\n\n{table(found)}\n")


if __name__ == "__main__":
    main()
