"""Agents' ongoing follow-up of a firm: the domains above fill the slot, and lists filter on its marks and show them."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, literal

from app.core.access.identity import Identity
from app.core.slots import Slot

#: SQL condition: the firm whose siren is in the column bears the mark, for this reader
Condition = Callable[[Identity, ColumnElement[str]], ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A state of the follow-up. A list shows the firm's mark of lowest ``position``."""

    code: str
    #: as a filter: « Déjà suivies »
    filter_label: str
    #: in the column: « Suivie »; of one that is only a filter, nothing
    label: str = ""
    position: int
    condition: Condition


#: the marks that the domains above register
marks: Slot[Mark] = Slot("marks of a list")


def list_marks() -> list[Mark]:
    """Return the marks, strongest first."""
    return sorted(marks, key=lambda mark: mark.position)


def list_shown() -> list[Mark]:
    """Return the marks that the column shows, strongest first."""
    return [mark for mark in list_marks() if mark.label]


def find_mark(code: str) -> Mark | None:
    """Return the mark with this code, if any."""
    return next((mark for mark in marks if mark.code == code), None)


def state(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[str]:
    """SQL expression: the label of the strongest mark of a firm; empty when it bears none."""
    whens = [(mark.condition(identity, siren), mark.label) for mark in list_shown()]
    return case(*whens, else_="") if whens else literal("")
