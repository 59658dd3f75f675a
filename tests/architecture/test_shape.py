"""The shape of the code: sizes, and templates that stay clean under the CSP."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from config import ROOT

FILE_LIMIT = 350
FUNCTION_LIMIT = 45
VIEW_LIMIT = 20
PYTHON = [
    path
    for folder in ("app", "config", "scoring", "proconnect_double", "bench")
    for path in (ROOT / folder).rglob("*.py")
]
TEMPLATES = list((ROOT / "app" / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= FILE_LIMIT
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            limit = VIEW_LIMIT if path.name.endswith("routes.py") else FUNCTION_LIMIT
            assert length <= limit, f"{node.name}: {length} lines"


def test_the_day_of_a_moment_is_that_of_paris() -> None:
    """``core.now.day_of`` and ``core.database.tables.day_of``, nothing by hand: a database answers in its own time zone."""
    by_hand = re.compile(r"\w_at\.date\(\)|cast\(func\.timezone\(|astimezone\(PARIS\)\.date\(\)")
    own = {ROOT / "app" / "core" / "now.py", ROOT / "app" / "core" / "database" / "tables.py"}
    files = [path for path in (*PYTHON, *TEMPLATES) if path not in own]
    assert [str(path) for path in files if by_hand.search(path.read_text())] == []


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "app" / "templates"))
)
def test_templates_hold_nothing_inline(path: Path) -> None:
    markup = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    assert not re.search(
        r"\s(on[a-z]+|style)=|hx-on|\|\s*safe\b|<style|<script(?![^>]*\bsrc=)", markup
    )


def test_nothing_tells_where_it_was_built() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in tracked:
        path = ROOT / name
        if (
            path.suffix in {".py", ".md", ".sh", ".html", ".toml", ".yaml", ".yml", ".in"}
            and path.exists()
        ):
            assert not re.search(r"(?<!\w)/(work|root)/[a-z]", path.read_text()), name
