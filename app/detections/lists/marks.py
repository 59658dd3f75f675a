"""What agents already do with a firm, as higher domains know it: each plugs a mark in, lists filter and show it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, literal

from app.core.access.identity import Identity

#: whether the firm whose siren is in the column bears the mark, for this reader
Condition = Callable[[Identity, ColumnElement[str]], ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One state of the follow-up. The list shows, of those a firm bears, the one of lowest ``position``."""

    code: str
    #: as a filter: « Déjà suivies »
    filter_label: str
    #: in the column: « Suivie »
    label: str
    position: int
    condition: Condition


_marks: dict[str, Mark] = {}


def register(mark: Mark) -> None:
    """Add a mark; registering a code again replaces it."""
    _marks[mark.code] = mark


def list_marks() -> list[Mark]:
    """The marks, the strongest first."""
    return sorted(_marks.values(), key=lambda mark: mark.position)


def find_mark(code: str) -> Mark | None:
    """The mark with this code."""
    return _marks.get(code)


def state(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[str]:
    """The label of the strongest mark of a firm; empty when it bears none."""
    marks = list_marks()
    if not marks:
        return literal("")
    return case(*((mark.condition(identity, siren), mark.label) for mark in marks), else_="")
