"""The file as Markdown: what it is made of, and how a cell is kept in its cell."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DossierTable:
    """A table of the file: headings, then as many cells a line."""

    headings: Sequence[str]
    lines: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class DossierPart:
    """A part of the file: its title, what is said, its table."""

    title: str
    said: Sequence[str] = ()
    table: DossierTable | None = None


def written(title: str, parts: Sequence[DossierPart]) -> str:
    """Return the file; a table without a line says so."""
    blocks = [f"# {title}"]
    for number, part in enumerate(parts, 1):
        blocks += [f"## {number}. {part.title}", *part.said]
        if part.table is not None:
            blocks.append(_table(part.table) if part.table.lines else "Rien à ce jour.")
    return "\n\n".join(blocks) + "\n"


def _table(table: DossierTable) -> str:
    rule = ["---"] * len(table.headings)
    lines = [table.headings, rule, *table.lines]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split()) or "–"
