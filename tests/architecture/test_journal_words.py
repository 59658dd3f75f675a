"""The details of a line of the journal are named in French where they are read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import app
from app.audit.reading.words import NAMES

#: what writes a line, whatever a domain calls its own way to it
WRITERS = ("record", "record_apart", "_record", "_append", "_trace")
NOT_DETAILS = {"siren", "details"}


def test_every_detail_that_is_written_has_a_french_name() -> None:
    written = dict(details())
    assert len(written) > 50
    assert {name: place for name, place in written.items() if name not in NAMES} == {}


def details() -> Iterator[tuple[str, str]]:
    """The name of each detail given to the journal, and where."""
    for path in Path(app.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and writes(call):
                for given in call.keywords:
                    if given.arg and given.arg not in NOT_DETAILS:
                        yield given.arg, f"{path.name}:{call.lineno}"


def writes(call: ast.Call) -> bool:
    """Whether the call hands a line over: by its name, and by an event or a domain's own helper."""
    name = ast.unparse(call.func).rpartition(".")[2]
    return name in WRITERS and (name.startswith("_") or "Event." in ast.unparse(call))
