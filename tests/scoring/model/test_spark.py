"""Spark computes the same features: run where `requirements-spark.txt` and Java are installed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from scoring import features
from scoring.cli import main
from scoring.data import engine
from scoring.data.engine import Backend
from scoring.data.lake import Lake
from tests.scoring.model.conftest import AS_OF

pytest.importorskip("pyspark", reason="pyspark is not installed (requirements-spark.txt)")
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    # pyspark uses names that the latest versions of pandas have changed
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def session() -> Iterator[Backend]:
    con = engine.spark()
    con.raw_sql("SET spark.sql.shuffle.partitions = 2")  # a small lake: 200 would cost minutes
    yield con
    con.disconnect()


@pytest.mark.usefixtures("session")
def test_spark_and_duckdb_give_the_same_features(lake: Lake, tmp_path: Path) -> None:
    out = tmp_path / "features.parquet"
    day = AS_OF.isoformat()
    asked = ["features", str(lake.root), str(out), "--as-of", day, "--engine", engine.SPARK]
    assert main(asked) == 0
    features.build(lake, AS_OF).to_parquet(tmp_path / "expected.parquet")
    found, expected = pd.read_parquet(out), pd.read_parquet(tmp_path / "expected.parquet")
    assert len(found) > 100
    pd.testing.assert_frame_equal(found, expected, rtol=1e-9, atol=1e-9)
