"""Draw docs/house.md from the tree and its imports: rooms, their contents, and what imports what.

`make diagram` writes it; a test refuses a drawing that no longer matches the tree.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "docs" / "house.md"
HOUSES = ("app", "scoring")
NEIGHBOURS = ("config", "proconnect_double")

#: importer, imported: names of modules
Arrow = tuple[str, str]

INTRODUCTION = """# The house

Drawn by `make diagram` from the tree and its imports; a test refuses a drawing that is out of date. An arrow goes from the room that
imports to the room that is imported, and is left out where another path already leads there: a room may import everything it reaches.
Square: a room (a package), with its sub-rooms; round: a file next to them, if it has an arrow. What a package imports to assemble its own
parts (`__init__.py`) is not drawn. The sentences are the first ones of each room's docstring.
"""


@dataclass(frozen=True)
class Room:
    """A package: its dotted name, the first sentence of its docstring, its sub-rooms, the dotted names of its own files."""

    name: str
    purpose: str
    rooms: tuple["Room", ...]
    files: tuple[str, ...]

    @property
    def short(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]

    def walk(self) -> Iterator["Room"]:
        """Yield the room, then all those inside it, depth first."""
        yield self
        for room in self.rooms:
            yield from room.walk()


def read_room(folder: Path, *, root: Path = ROOT) -> Room:
    """Return the room of a folder. Raises ValueError when its ``__init__.py`` has no docstring."""
    name = ".".join(folder.relative_to(root).parts)
    sentence = _first_sentence(folder / "__init__.py")
    if not sentence:
        raise ValueError(f"{name} is a room without a docstring: describe it in its __init__.py")
    entries = sorted(folder.iterdir())
    return Room(
        name=name,
        purpose=sentence,
        rooms=tuple(
            read_room(entry, root=root) for entry in entries if (entry / "__init__.py").exists()
        ),
        files=tuple(
            f"{name}.{entry.stem}"
            for entry in entries
            if entry.suffix == ".py" and "__" not in entry.stem
        ),
    )


def _first_sentence(file: Path) -> str:
    paragraph = (ast.get_docstring(ast.parse(file.read_text())) or "").partition("\n\n")[0]
    return re.split(r"(?<=[.!?])\s+(?=[A-Z`])", " ".join(paragraph.split()), maxsplit=1)[0]


def arrows_between(nodes: Iterable[str], imports: Iterable[Arrow]) -> set[Arrow]:
    """Return imports between modules as imports between the nodes that hold them, without those inside a node."""
    known = set(nodes)

    def holder(module: str) -> str | None:
        while module and module not in known:
            module = module.rpartition(".")[0]
        return module or None

    pairs = {(holder(importer), holder(imported)) for importer, imported in imports}
    return {(top, bottom) for top, bottom in pairs if top and bottom and top != bottom}


def reduce_arrows(arrows: set[Arrow]) -> list[Arrow]:
    """Return the arrows, in order, without those implied by another path: every node still reaches the same nodes."""
    remaining = set(arrows)
    for top, bottom in sorted(arrows):
        if bottom in _reached_from(top, remaining - {(top, bottom)}):
            remaining.discard((top, bottom))
    return sorted(remaining)


def find_cycles(arrows: set[Arrow]) -> list[list[str]]:
    """Return the groups of nodes that reach one another, each in order."""
    reached = {node: _reached_from(node, arrows) for arrow in arrows for node in arrow}
    groups = {
        tuple(sorted(other for other in below if node in reached.get(other, ())))
        for node, below in reached.items()
        if node in below
    }
    return [list(group) for group in sorted(groups)]


def _reached_from(start: str, arrows: set[Arrow]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        following = {bottom for top, bottom in arrows if top == node} - reached
        reached |= following
        waiting.extend(following)
    return reached


def _diagram(room: Room, imports: list[Arrow], neighbours: tuple[str, ...] = ()) -> list[str]:
    labels = {inner.name: _room_label(inner) for inner in room.rooms}
    labels |= {file: f'("{file.rpartition(".")[2]}.py")' for file in room.files}
    labels |= {neighbour: f'[["{neighbour}"]]' for neighbour in neighbours}
    arrows = arrows_between(labels, imports)
    if not arrows:
        return ["No sub-room imports another.", ""]
    linked = {node for arrow in arrows for node in arrow}
    lines = ["```mermaid", "flowchart TB"]
    lines += [
        f"  {_key(node)}{label}"
        for node, label in labels.items()
        if node in linked or node not in room.files
    ]
    lines += [f"  {_key(top)} --> {_key(bottom)}" for top, bottom in reduce_arrows(arrows)]
    lines += ["```", ""]
    for cycle in find_cycles(arrows):
        lines += [f"Cycle: {', '.join(f'`{node}`' for node in cycle)}.", ""]
    return lines


def _room_label(room: Room) -> str:
    inside = " · ".join(inner.short for inner in room.rooms)
    return f'["<b>{room.short}</b><br/>{inside}"]' if inside else f'["<b>{room.short}</b>"]'


def _key(node: str) -> str:
    return node.replace(".", "_")


def _table(room: Room) -> list[str]:
    rows = [
        f"| `{_folder(inner)}` | {inner.purpose} |" for inner in room.walk() if inner is not room
    ]
    return ["| room | what it holds |", "|---|---|", *rows, ""]


def _folder(room: Room) -> str:
    return room.name.replace(".", "/") + "/"


def draw() -> str:
    """Return the page, in Markdown with Mermaid."""
    graph = grimp.build_graph(*HOUSES, *NEIGHBOURS, cache_dir=None)
    imports = [
        (top, bottom)
        for top in sorted(graph.modules)
        for bottom in graph.find_modules_directly_imported_by(top)
    ]
    lines = [INTRODUCTION]
    for name in HOUSES:
        house = read_room(ROOT / name)
        others = tuple(
            other
            for other in (*HOUSES, *NEIGHBOURS)
            if other != name and _meet(name, other, imports)
        )
        lines += [
            f"## {_folder(house)}",
            "",
            house.purpose,
            "",
            *_diagram(house, imports, others),
            *_table(house),
        ]
        for room in house.walk():
            if room is not house and len(room.rooms) > 1:
                lines += [f"### {_folder(room)}", "", *_diagram(room, imports)]
    return "\n".join(lines).rstrip() + "\n"


def _meet(importer: str, imported: str, imports: list[Arrow]) -> bool:
    return (importer, imported) in arrows_between((importer, imported), imports)


if __name__ == "__main__":
    HOUSE.write_text(draw())
