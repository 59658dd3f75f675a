"""Files that would exhaust the machine, and those a fault of the machine spoiled."""

import errno
import gzip
import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from scoring.data.sources import archives, loading
from scoring.data.sources.errors import SourceError
from scoring.data.sources.reading import clean_text
from tests.scoring.sources.conftest import COTISATION, Load, contribution

NAME = "sigfaible_cotisdues.csv"
BOMB = COTISATION.encode() + b"0" * (archives.ALWAYS_ALLOWED + 1)
ENDLESS = "Une ligne dépasse"


def zipped(content: bytes, name: str = "cotisdues.csv") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".gz", lambda content: gzip.compress(content, 1)), (".zip", zipped)]
)
def test_an_archive_that_unfolds_without_measure_is_refused(
    load: Load, tmp_path: Path, suffix: str, pack: Any
) -> None:
    with pytest.raises(SourceError, match="se déplie en plus de 200 fois"):
        load(NAME + suffix, pack(BOMB))
    assert not list((tmp_path / "out").rglob("*.parquet"))


def test_a_zip_that_lies_on_the_size_of_its_content_is_refused(load: Load) -> None:
    content = zipped(BOMB)
    said = (len(BOMB)).to_bytes(4, "little")
    with pytest.raises(SourceError, match="zip est illisible"):
        load(NAME + ".zip", content.replace(said, (1000).to_bytes(4, "little")))


def test_a_small_archive_may_unfold_much(load: Load) -> None:
    lines = contribution() * 50_000
    packed = gzip.compress((COTISATION + lines).encode())
    assert len(lines) > 200 * len(packed)
    assert load(NAME + ".gz", packed).report.valid == 50_000


def test_a_workbook_too_large_is_refused(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST_WORKBOOK", 1000)
    with pytest.raises(SourceError, match="trop volumineux"):
        load("ellisphere.xlsx", zipped(b"0" * 1001, "xl/worksheets/sheet1.xml"))


def test_a_workbook_whose_parts_are_not_what_they_say_is_refused(
    load: Load, tmp_path: Path
) -> None:
    """The declared size of a part bounds memory: it must be true."""
    path = tmp_path / "liste.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_column(0, 0, ["siren", *("732829320" for _ in range(99))])
    with zipfile.ZipFile(path) as archive:
        said = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    assert load("liste_vraie.xlsx", path.read_bytes()).report.valid == 99
    lie = path.read_bytes().replace(said.to_bytes(4, "little"), (said - 9).to_bytes(4, "little"))
    with pytest.raises(SourceError, match="classeur Excel est illisible"):
        load("liste_fausse.xlsx", lie)


@pytest.mark.parametrize("where", ["header", "first line", "far"])
def test_a_line_of_two_gigabytes_is_refused_in_little_memory(tmp_path: Path, where: str) -> None:
    """The file is hollow: it has its size, and no room on the disk."""
    path = tmp_path / NAME
    start = {"header": "", "first line": COTISATION, "far": COTISATION + contribution() * 100_000}
    with path.open("wb") as file:
        file.write(start[where].encode())
        file.truncate(2 << 30)
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match=ENDLESS), clean_text(path):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20


def test_a_packed_line_without_end_is_refused(load: Load) -> None:
    packed = gzip.compress(COTISATION.encode() + b"0" * 5_000_000)
    with pytest.raises(SourceError, match=ENDLESS):
        load(NAME + ".gz", packed)


def test_lines_ended_as_on_old_systems_are_lines(load: Load) -> None:
    content = (COTISATION + contribution() * 100_000).replace("\n", "\r")
    assert len(content) > 4_000_000
    assert load(NAME, content).report.valid == 100_000


def test_a_disk_that_fills_while_unpacking_is_not_a_corrupt_archive(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archives, "_copy", full)
    with pytest.raises(OSError, match="No space left"):
        load(NAME + ".gz", gzip.compress(COTISATION.encode()))


def test_a_disk_that_fills_while_writing_is_not_a_bad_table(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise duckdb.IOException("Could not write file: No space left on device")

    monkeypatch.setattr(loading, "copy", full)
    with pytest.raises(duckdb.IOException, match="No space left"):
        load(NAME, COTISATION + contribution())
    assert not list((tmp_path / "out").rglob("*.parquet"))
