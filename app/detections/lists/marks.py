"""What agents already do with a firm, as higher domains know it: each fills the slot, lists filter and show it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, literal

from app.core.access.identity import Identity
from app.core.slots import Slot

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


#: the marks of the domains above
marks: Slot[Mark] = Slot("marks of a list")


def list_marks() -> list[Mark]:
    """The marks, the strongest first."""
    return sorted(marks, key=lambda mark: mark.position)


def find_mark(code: str) -> Mark | None:
    """The mark with this code."""
    return next((mark for mark in marks if mark.code == code), None)


def state(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[str]:
    """The label of the strongest mark of a firm; empty when it bears none."""
    whens = [(mark.condition(identity, siren), mark.label) for mark in list_marks()]
    return case(*whens, else_="") if whens else literal("")
