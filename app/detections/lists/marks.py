"""What the domains above know of a firm, which lists filter on and show: the marks of its follow-up, the lists of firms it is on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, case, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.slots import Slot

#: SQL condition: the firm whose siren is in the column bears the mark, for this reader. Statements that hold it are kept: what it
#: compares with the present is `current_day` or the database's clock, never a moment that Python knew when it was made
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


@dataclass(frozen=True, kw_only=True)
class FirmLists:
    """The lists of firms, as far as a reader may know them: what the filter offers, what it keeps, what rows show."""

    #: the code and the name of each list that the reader reads
    choices: Callable[[Session, Identity], Sequence[tuple[str, str]]]
    #: SQL condition: the firm of the row is on one of these lists
    is_on: Callable[[ColumnElement[str], Sequence[int]], ColumnElement[bool]]
    #: SQL expression: the names of the lists that the firm of the row is on
    names: Callable[[ColumnElement[str]], ColumnElement[list[str]]]


#: the lists of firms, if a domain above keeps any
firm_lists: Slot[FirmLists] = Slot("lists of firms")
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


def list_choices(session: Session, identity: Identity) -> Sequence[tuple[str, str]]:
    """Return the lists of firms that the reader reads, as the choices of the filter."""
    return [choice for known in firm_lists for choice in known.choices(session, identity)]


def is_on_one_of(siren: ColumnElement[str], lists: Sequence[int]) -> list[ColumnElement[bool]]:
    """SQL conditions: the firm is on one of some lists."""
    return [known.is_on(siren, lists) for known in firm_lists] if lists else []


def is_on_none_of(siren: ColumnElement[str], lists: Sequence[int]) -> list[ColumnElement[bool]]:
    """SQL conditions: the firm is on none of some lists, as far as the reader may know."""
    return [~condition for condition in is_on_one_of(siren, lists)]


def list_names(siren: ColumnElement[str]) -> ColumnElement[list[str]]:
    """SQL expression: the names of the lists that a firm is on."""
    known = next(iter(firm_lists), None)
    empty: ColumnElement[list[str]] = literal([], ARRAY(Text()))
    return empty if known is None else known.names(siren)
