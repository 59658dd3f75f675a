"""What readers of the lake see, and when."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from scoring.data.engine import connect
from scoring.data.lake import Lake, SourceFolder, Tables, arrow_schema, open_tables
from scoring.data.sources.registry import SOURCES
from tests.scoring.small_lake import lake_of, table_of

MONTH = date(2024, 1, 1)


def workforce(*values: float) -> list[dict[str, object]]:
    return [{"siret": f"{n:014}", "month": MONTH, "workforce": v} for n, v in enumerate(values)]


def add(lake: Lake, batch: str, *values: float) -> None:
    lake.open_batch(batch)
    lake.write(batch, "effectif", table_of("effectif", workforce(*values)))


def seen(tables: Tables) -> list[float]:
    rows = tables.table(connect(), "effectif").to_pyarrow().to_pylist()
    return sorted(row["workforce"] for row in rows)


def test_a_batch_is_invisible_until_published(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, effectif=workforce(1))
    add(lake, "b2", 2, 3)
    assert seen(lake) == [1]
    lake.restate(["b2"])
    assert seen(lake) == [2, 3]


def test_a_batch_replaces_only_the_sources_it_holds(tmp_path: Path) -> None:
    lake = lake_of(
        tmp_path, effectif=workforce(1), delai=[{"siret": "0" * 14, "created_on": MONTH}]
    )
    add(lake, "b2", 2)
    lake.restate(["b2"])
    assert lake.table(connect(), "delai").count().to_pyarrow().as_py() == 1


def test_a_batch_published_again_becomes_the_current_one(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, effectif=workforce(1))
    add(lake, "b2", 2)
    lake.restate(["b2"])
    lake.restate(["b2", "b1"])
    assert lake.manifest()["effectif"] == {"batches": ["b2", "b1"], "current": "b1"}


def test_a_published_batch_is_never_opened_again(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, effectif=workforce(1))
    with pytest.raises(ValueError, match="already published"):
        lake.open_batch("b1")


@pytest.mark.parametrize("name", ["", "..", "a/b", "a b"])
def test_a_batch_has_a_plain_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a batch name"):
        Lake(tmp_path).open_batch(name)


def test_opening_a_batch_removes_what_a_killed_writer_left(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    add(lake, "b1", 1)
    add(lake, "b1", 2)
    lake.restate(["b1"])
    assert seen(lake) == [2]


def test_a_writer_killed_while_publishing_leaves_the_former_batch(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, effectif=workforce(1))
    add(lake, "b2", 2)
    # The process dies after writing the new manifest and before it takes its name.
    program = (
        "import os, pathlib, signal, sys\n"
        "from scoring.data.lake import Lake\n"
        "pathlib.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "Lake(pathlib.Path(sys.argv[1])).restate(['b2'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert seen(lake) == [1]
    lake.restate(["b2"])
    assert seen(lake) == [2]


def test_a_table_read_before_a_publication_does_not_change(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, effectif=workforce(1))
    before = lake.table(connect(), "effectif")
    add(lake, "b2", 2)
    lake.restate(["b2"])
    assert before.to_pyarrow()["workforce"].to_pylist() == [1]


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_a_source_never_imported_is_an_empty_typed_table(tmp_path: Path, source: str) -> None:
    rows = Lake(tmp_path).table(connect(), source).to_pyarrow()
    assert rows.num_rows == 0
    assert rows.schema.names == arrow_schema(source).names


def test_as_of_a_day_only_what_was_known_is_read(tmp_path: Path) -> None:
    rows = [{"siret": "0", "month": MONTH, "known_at": date(2024, 2, day)} for day in (1, 2, 3)]
    lake = lake_of(tmp_path, effectif=rows)
    known = lake.table(connect(), "effectif", as_of=date(2024, 2, 2))
    assert known.count().to_pyarrow().as_py() == 2


def test_rows_written_have_the_columns_of_the_source(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.open_batch("b1")
    with pytest.raises(KeyError):
        lake.write("b1", "effectif", table_of("effectif", workforce(1)).drop(["month"]))


def test_freshness_is_the_last_month_of_each_source_with_rows(tmp_path: Path) -> None:
    lake = lake_of(
        tmp_path,
        effectif=workforce(1),
        debit=[{"treated_on": date(2024, 3, 19)}, {"treated_on": date(2023, 1, 1)}],
    )
    assert lake.freshness(connect()) == {"effectif": MONTH, "debit": date(2024, 3, 1)}


def test_a_plain_directory_reads_like_a_lake(tmp_path: Path) -> None:
    lake = lake_of(tmp_path / "lake", effectif=workforce(1))
    (part,) = lake.published("effectif")
    (tmp_path / "flat").mkdir()
    os.link(part, tmp_path / "flat" / "effectif.parquet")
    assert isinstance(open_tables(tmp_path / "lake"), Lake)
    flat = open_tables(tmp_path / "flat")
    assert isinstance(flat, SourceFolder)
    assert seen(flat) == [1]


def test_the_manifest_says_what_was_decided_elsewhere(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, effectif=workforce(1))
    add(lake, "b2", 2)
    add(lake, "b3", 3)

    assert lake.restate(["b2", "b3"])
    assert seen(lake) == [3]
    assert not lake.restate(["b2", "b3"])

    assert lake.restate(["b2"], withdrawn=["b3"])
    assert seen(lake) == [2]
    # A batch that the decisions do not mention keeps its place.
    assert lake.manifest()["effectif"]["batches"] == ["b1", "b2"]
    assert lake.restate([], withdrawn=["b2", "b3"])
    assert seen(lake) == [1]
