"""Where a line lives: a room holds files of the nine names, and those that its docstring lists with a sentence."""

import ast
import re
from pathlib import Path

import pytest

from config import ROOT

NINE = frozenset(
    {"models", "queries", "policies", "services", "forms", "presenters", "routes", "cli", "jobs"}
)
#: files of a room beside its ``__init__``
MOST = 10
LISTED = re.compile(r"^- ``(\w+)``: \S.+", re.MULTILINE)
#: one module for each partner file: the registry of sources is the list
DECLARED = {"scoring/data/sources": "SOURCE"}


def rooms(folder: str) -> list[Path]:
    """The packages under ``folder``, itself included."""
    return sorted(path.parent for path in (ROOT / folder).rglob("__init__.py"))


def name_of(room: Path) -> str:
    """How a test names a room."""
    return str(room.relative_to(ROOT))


def listed_in(room: Path) -> set[str]:
    """The files that the docstring of a room lists, each with a sentence."""
    docstring = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
    return set(LISTED.findall(docstring))


def files_of(room: Path) -> set[str]:
    """The modules of a room, without its ``__init__``."""
    return {path.stem for path in room.glob("*.py")} - {"__init__", "__main__"}


def declares(path: Path, name: str) -> bool:
    """Whether a module assigns ``name`` at its top level."""
    targets = [
        target
        for node in ast.parse(path.read_text()).body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


@pytest.mark.parametrize("room", [*rooms("app"), *rooms("scoring")], ids=name_of)
def test_no_file_has_a_name_that_its_room_does_not_know(room: Path) -> None:
    nine = NINE if room.is_relative_to(ROOT / "app") else frozenset({"cli"})
    unknown = files_of(room) - nine - listed_in(room)
    declared = DECLARED.get(name_of(room))
    if declared:
        unknown = {name for name in unknown if not declares(room / f"{name}.py", declared)}
    assert not unknown, f"{name_of(room)}: list {sorted(unknown)} in its docstring, or move them"


@pytest.mark.parametrize("room", [*rooms("app"), *rooms("scoring")], ids=name_of)
def test_a_room_lists_no_file_that_is_gone(room: Path) -> None:
    assert listed_in(room) <= files_of(room)


@pytest.mark.parametrize("room", rooms("app"), ids=name_of)
def test_a_room_is_small(room: Path) -> None:
    assert len(files_of(room)) <= MOST, "make a room inside it"


@pytest.mark.parametrize("room", [*rooms("app"), *rooms("scoring")], ids=name_of)
def test_a_room_hides_none_of_its_files(room: Path) -> None:
    """A name that ``__init__`` imports from elsewhere would stand before the file of that name."""
    inside = files_of(room) | {path.name for path in room.iterdir() if path.is_dir()}
    package = name_of(room).replace("/", ".")
    hiding = {
        alias.asname or alias.name
        for node in ast.parse((room / "__init__.py").read_text()).body
        if isinstance(node, ast.ImportFrom) and node.module != package
        for alias in node.names
    }
    assert not hiding & inside
