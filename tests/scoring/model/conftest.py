"""A simulated lake, and a small model trained on a synthetic panel whose truth is known."""

import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scoring import features
from scoring.data.importing import import_directory
from scoring.data.lake import Lake, SourceFolder, arrow_schema
from scoring.data.sources.registry import SOURCES
from scoring.lab.simulate.simulation import simulate
from scoring.learning import artifacts, follow_up, splits
from scoring.learning.artifacts import TrainedModel
from scoring.learning.examples import collect
from scoring.learning.hazard import Params
from scoring.train import Settings, fit
from tests.support.shared import made_once

EXTRACTED = date(2026, 11, 1)
AS_OF = date(2025, 1, 1)
#: a past day of the simulated lake
DAY = date(2025, 4, 1)
#: quiet rows a small model learns from: the forest that it is compared with costs most of the time
MOST_QUIET = 8_000
SETTINGS = Settings(params=Params(iterations=40, thread_count=1), block_quarters=2, draws=20)


@pytest.fixture(scope="session")
def lake(run_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A published lake of 600 simulated firms; no test writes to it."""
    return made_once(run_directory, "lake", lambda: _lake(tmp_path_factory.mktemp("lake")))


def _lake(root: Path) -> Lake:
    simulate(root / "files", firms=600, months=60, seed=1, end=date(2026, 10, 1))
    published = Lake(root / "lake")
    import_directory(root / "files", published, batch_id="first", today=EXTRACTED)
    published.restate(["first"])
    return published


@pytest.fixture(scope="session")
def built(lake: Lake, run_directory: Path) -> pd.DataFrame:
    """The features of the simulated lake at DAY; no test changes them."""
    return made_once(run_directory, "features", lambda: features.build(lake, DAY))


def rewritten(
    lake: Lake, root: Path, change: Callable[[str, pd.DataFrame], pd.DataFrame]
) -> SourceFolder:
    """Return the lake's tables rewritten after `change(source, rows)`."""
    for source in filter(lake.published, SOURCES):
        rows = pd.concat([pd.read_parquet(path) for path in lake.published(source)])
        change(source, rows.reset_index(drop=True)).to_parquet(
            root / f"{source}.parquet", schema=arrow_schema(source), index=False
        )
    return SourceFolder(root)


def synthetic_panel(*, firms: int = 1000, seed: int = 1) -> pd.DataFrame:
    """Quarterly features drawn at random; a fifth of the numbers are missing.

    Each feature has a stream of its own: another one in the registry changes none of them.
    """
    days = splits.quarterly(date(2018, 1, 1), AS_OF)
    size = firms * len(days)
    panel = pd.DataFrame({"siren": np.repeat([f"{n:09d}" for n in range(firms)], len(days))})
    panel["as_of"] = pd.to_datetime(np.tile(days, firms)).astype("datetime64[s]")
    for feature in features.REGISTRY:
        rng = np.random.default_rng([seed, zlib.crc32(feature.name.encode())])
        if feature.is_categorical:
            panel[feature.name] = rng.choice(["10", "46", "56"], size).astype(object)
        else:
            drawn = np.repeat(rng.exponential(1.0, firms), len(days))
            panel[feature.name] = np.where(rng.random(size) < 0.2, np.nan, drawn)
    return panel


def openings_of(panel: pd.DataFrame, *, seed: int = 2) -> pd.DataFrame:
    """One judgment per failing firm, sooner when its debt is larger."""
    rng = np.random.default_rng(seed)
    debt = panel.groupby("siren")["debt_ratio"].max().fillna(0)
    wait = rng.exponential(75 / (0.1 + debt**2)) * 30
    opened = pd.Timestamp(2018, 1, 1) + pd.to_timedelta(wait.round(), unit="D")
    frame = pd.DataFrame({"siren": debt.index, "opened_on": opened.to_numpy()})
    frame = frame[frame["opened_on"] < pd.Timestamp(AS_OF)]
    return frame.assign(known_at=frame["opened_on"] + pd.Timedelta(days=15))


def free_panel(panel: pd.DataFrame, openings: pd.DataFrame) -> pd.DataFrame:
    """The panel without the snapshots that follow a judgment."""
    opened = panel["siren"].map(openings.set_index("siren")["opened_on"])
    return panel[~(opened <= panel["as_of"])].reset_index(drop=True)


@pytest.fixture(scope="session")
def panel() -> pd.DataFrame:
    """The synthetic panel of firms at risk."""
    everyone = synthetic_panel()
    return free_panel(everyone, openings_of(everyone))


@pytest.fixture(scope="session")
def history(panel: pd.DataFrame) -> follow_up.FollowUp:
    """What is known of the synthetic firms at AS_OF."""
    return follow_up.follow_up(openings_of(synthetic_panel()), known_by=AS_OF)


@pytest.fixture(scope="session")
def cut() -> splits.Blocks:
    """The blocks of the synthetic panel."""
    days = splits.quarterly(date(2018, 1, 1), AS_OF)
    return splits.blocks(days, as_of=AS_OF, block_quarters=2)


@pytest.fixture(scope="session")
def trained(
    panel: pd.DataFrame,
    history: follow_up.FollowUp,
    cut: splits.Blocks,
    run_directory: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[TrainedModel, Path]:
    """A small model and the directory it was saved in; no test writes to it."""

    def train() -> tuple[TrainedModel, Path]:
        directory = tmp_path_factory.mktemp("model")
        learnt = collect([panel], history, cut, most_quiet=MOST_QUIET)
        model = fit(learnt, history, cut, settings=SETTINGS, as_of=AS_OF)
        return artifacts.save(model, directory), directory

    return made_once(run_directory, "trained", train)


@pytest.fixture(scope="session")
def model(trained: tuple[TrainedModel, Path]) -> TrainedModel:
    """The small model alone."""
    return trained[0]


@pytest.fixture(scope="session")
def now(panel: pd.DataFrame) -> pd.DataFrame:
    """Features of the last quarter, one row per firm."""
    return panel[panel["as_of"].eq(panel["as_of"].max())].reset_index(drop=True)
