"""Whatever a file holds: nothing crashes, every row is counted once, columns come in any order."""

import csv
import io
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.data.lake import arrow_schema
from scoring.data.sources.base import Layout, Source
from scoring.data.sources.errors import SourceError
from scoring.data.sources.loading import Setting, load_file
from scoring.data.sources.registry import SOURCES
from scoring.data.sources.report import FileReport
from tests.scoring.sources.conftest import TODAY, read_all

TRAPS = [
    *('"', '"a"', '"";', "", "\0", "\x01", "٣", "00000", "true", "11111111111111", "111111111"),
    *("12,5", "-1e99", "1e999", "nan", "1_0", "infinity", "9" * 30, "202031", "0262", "62", "1"),
    *("1200805", "1999999", "9990101", "01/02/2020", "31/12/9999", "2020-02-30", "9999-12-31"),
    *("26MAY2014", "29FEB2015", "31 déc. 2012", "epoch", "0001-01-01", "2020-02", "02/2020"),
    *("111 111 111", "A", "F", "2A004", "Jugement d'ouverture de liquidation judiciaire"),
]
LAYOUTS = [
    pytest.param(SOURCES[name], layout, id=f"{name}-{rank}")
    for name in sorted(SOURCES)
    for rank, layout in enumerate(SOURCES[name].layouts)
]
NO_HEALTH_CHECK = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@pytest.fixture(scope="session")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The account "1" had the siret 11…1 until 2020, then 22…2."""
    rows = [
        {"account": "1", "siret": "1" * 14, "ends_on": date(2020, 3, 1)},
        {"account": "1", "siret": "2" * 14, "ends_on": date(9999, 12, 31)},
    ]
    table = (
        arrow_schema("admin_urssaf")
        .empty_table()
        .from_pylist(rows, schema=arrow_schema("admin_urssaf"))
    )
    path = tmp_path_factory.mktemp("accounts") / "accounts.parquet"
    pq.write_table(table, path)
    return path


def header_of(source: Source, layout: Layout) -> list[str]:
    """Return every column of the layout, with two periods for each of the first repeated ones."""
    if source.periods is None:
        return list(layout.headers)
    stems = [measure.stem for measure in source.periods.measures[:3]]
    if source.name == "diane":
        return [*layout.headers, *(f"{stem} {year}" for stem in stems for year in (2020, 2021))]
    return [*layout.headers, "eff202411", "eff202412"]


def load(source: Source, content: bytes, accounts: Path) -> tuple[FileReport, list[dict[str, Any]]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(content)
        setting = Setting(TODAY, accounts=(accounts,))
        report = load_file(path, source, out_dir=Path(folder), batch_id="b", setting=setting)
        return report, read_all(Path(folder) / source.name / "b")


@pytest.mark.parametrize(("source", "layout"), LAYOUTS)
@settings(max_examples=8, suppress_health_check=NO_HEALTH_CHECK)
@given(data=st.data())
def test_no_bytes_crash_a_source_and_every_row_is_counted(
    source: Source, layout: Layout, data: st.DataObject, accounts: Path
) -> None:
    header = header_of(source, layout)
    cells = st.one_of(st.sampled_from(TRAPS), st.text(max_size=8))
    width = len(header)
    line = st.lists(cells, min_size=width - 1, max_size=width + 1).map(layout.separator.join)
    body = data.draw(
        st.one_of(
            st.lists(line, max_size=6).map(lambda lines: "\n".join(lines).encode(errors="replace")),
            st.binary(max_size=200),
        )
    )
    try:
        report, _ = load(source, layout.separator.join(header).encode() + b"\n" + body, accounts)
    except SourceError:
        return
    assert report.valid + report.rejected + report.outside == report.rows
    assert sum(report.reasons.values()) == report.rejected


@pytest.mark.parametrize(("source", "layout"), LAYOUTS)
@settings(max_examples=5, suppress_health_check=NO_HEALTH_CHECK)
@given(data=st.data())
def test_columns_come_in_any_order(
    source: Source, layout: Layout, data: st.DataObject, accounts: Path
) -> None:
    header = header_of(source, layout)
    cells = st.sampled_from([trap for trap in TRAPS if trap.isprintable()])
    rows = data.draw(st.lists(st.tuples(*(cells for _ in header)), min_size=1, max_size=5))
    order = data.draw(st.permutations(range(len(header))))
    straight = load(source, written([header, *map(list, rows)], layout), accounts)
    shuffled = [[row[n] for n in order] for row in [header, *map(list, rows)]]
    report, found = load(source, written(shuffled, layout), accounts)
    assert (report.valid, report.reasons) == (straight[0].valid, straight[0].reasons)
    assert found == straight[1]


@settings(max_examples=40)
@given(
    content=st.binary(max_size=300),
    start=st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"\x1f\x8b\x08\0"]),
    suffix=st.sampled_from(["", ".gz", ".zip", ".xlsx"]),
)
def test_no_file_fails_without_a_french_sentence(content: bytes, start: bytes, suffix: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("cotisdues.csv" + suffix)
        path.write_bytes(start + content)
        with pytest.raises(SourceError, match=r"\.|colonne"):
            load_file(
                path,
                SOURCES["cotisation"],
                out_dir=Path(folder),
                batch_id="b",
                setting=Setting(TODAY),
            )


def written(rows: list[list[str]], layout: Layout) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=layout.separator, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode()
