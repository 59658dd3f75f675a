"""Nothing known after a date weighs on the scores of that date: later rows shuffled, then removed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scoring import features
from scoring.data.lake import Lake, Tables
from scoring.learning import predict
from scoring.learning.artifacts import TrainedModel
from tests.scoring.model.conftest import DAY, rewritten

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

SEED = 1


def is_later(rows: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(rows["known_at"]) > pd.Timestamp(DAY)


def shuffled(_: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Shuffle each column of the later rows independently; `known_at` is unchanged, and so is what is later."""
    rng, later = np.random.default_rng(SEED), is_later(rows)
    for column in rows.columns.drop("known_at"):
        values = rows.loc[later, column].to_numpy(copy=True)
        rng.shuffle(values)
        rows.loc[later, column] = values
    return rows


def removed(source: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Remove the later rows but one call, which distinguishes this lake from that of the day.

    At its own present a lake trusts what Sirene says of a firm; in the past it must not.
    """
    kept = ~is_later(rows)
    if source == "cotisation":
        kept |= rows.index == rows.index[is_later(rows)].max()
    return rows[kept]


def forgiven(source: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Change what was known: no firm owed anything."""
    if source == "debit":
        rows[["employee_part", "employer_part"]] = 0.0
    return rows


def scores(model: TrainedModel, lake: Tables, path: Path) -> bytes:
    """Return the scores of DAY, byte for byte."""
    predict.score(model, features.build(lake, DAY)).to_parquet(path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def before(lake: Lake, model: TrainedModel, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return scores(model, lake, tmp_path_factory.mktemp("before") / "scores")


@pytest.mark.parametrize("change", [shuffled, removed])
def test_what_is_known_later_moves_no_score(
    lake: Lake,
    model: TrainedModel,
    before: bytes,
    change: Callable[[str, pd.DataFrame], pd.DataFrame],
    tmp_path: Path,
) -> None:
    touched = []

    def apply(source: str, rows: pd.DataFrame) -> pd.DataFrame:
        if is_later(rows).any():
            touched.append(source)
        return change(source, rows)

    assert scores(model, rewritten(lake, tmp_path, apply), tmp_path / "scores") == before
    assert {"cotisation", "debit", "effectif_ent", "ap_conso", "procol", "comptes"} <= set(touched)


def test_what_was_known_moves_them(
    lake: Lake, model: TrainedModel, before: bytes, tmp_path: Path
) -> None:
    assert scores(model, rewritten(lake, tmp_path, forgiven), tmp_path / "scores") != before
