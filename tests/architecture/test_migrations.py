"""Migrations stand alone and never change once they are released: a database that was made by one must find it again."""

import ast
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from config import ROOT

HELPERS = ROOT / "migrations" / "rls.py"
VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
#: what a migration may lean on: none of it is the application, whose models change, nor another migration
ALLOWED = {"alembic", "procrastinate.schema", "sqlalchemy", "sqlalchemy.dialects", "migrations.rls"}
RELEASED = ROOT / "migrations" / "released.txt"


@pytest.mark.parametrize("path", [HELPERS, *VERSIONS], ids=lambda path: path.stem)
def test_a_migration_imports_neither_another_nor_the_application(path: Path) -> None:
    assert set(_imports(path)) <= ALLOWED


@pytest.mark.parametrize("line", RELEASED.read_text().splitlines(), ids=lambda line: line[66:])
def test_what_is_released_does_not_change(line: str) -> None:
    digest, name = line.split("  ")
    path = ROOT / name
    assert path.is_file(), f"{name} was released: databases that it made cannot go down without it"
    assert sha256(path.read_bytes()).hexdigest() == digest, (
        f"{name} was released: leave it as it was and write a new file"
        " (flask --app wsgi db revision --rev-id NNNN -m '…'; for a policy, with its own terms)"
    )


def test_every_migration_is_recorded() -> None:
    recorded = [line.split("  ")[1] for line in RELEASED.read_text().splitlines()]
    names = [str(path.relative_to(ROOT)) for path in (HELPERS, *VERSIONS)]
    missing = " ".join(name for name in names if name not in recorded)
    assert recorded == names, (
        f"once it is as it should be: sha256sum {missing} >> migrations/released.txt"
    )


def _imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, names of `migrations` in full."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module == "migrations":
                yield from (f"migrations.{alias.name}" for alias in node.names)
            else:
                yield str(node.module)
