"""The page of the sources says what the declarations say, and the files hold what it says."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from config import ROOT
from scoring.cli import main
from scoring.data import views
from scoring.data.documentation import page
from scoring.data.engine import connect
from scoring.data.lake import Lake
from scoring.data.sources.registry import SOURCES

PAGE = ROOT / "docs" / "sources.md"


def test_the_page_is_that_of_the_declarations(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe"]) == 0
    written = capsys.readouterr().out
    assert written == PAGE.read_text(encoding="utf-8"), (
        "python -m scoring describe > docs/sources.md"
    )


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_source_and_column_is_named(source: str) -> None:
    text = page()
    assert re.search(rf"(### |\| `){source}\b", text)
    for column in SOURCES[source].schema:
        assert column in text


def test_the_views_have_the_columns_the_page_gives(tmp_path: Path) -> None:
    views.write_views(Lake(tmp_path / "lake"), connect(), tmp_path / "views")
    for name, told in re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", page(), re.MULTILINE):
        if name in views.VIEWS:
            for column in pq.read_schema(tmp_path / f"views/{name}.parquet").names:
                assert re.search(rf"\b{column}\b", told), (name, column)
