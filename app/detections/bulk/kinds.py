"""What may be done to many firms of a list: the domains above fill the slot, and the pages of bulk acts go through it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.slots import Slot


@dataclass(frozen=True, kw_only=True)
class BulkKind:
    """An act on many firms.

    ``leaves_out`` says why some firms are left out, by siren. ``do`` acts on the others and returns, for each firm to which
    something was done, what undoing it takes; ``undo`` gives that back, and returns the sirens where it could be.
    """

    code: str
    #: « Suivre »
    label: str
    position: int
    #: what it does besides, said where it is looked at
    note: str = ""
    #: whether something is written: else a file is made
    writes: bool = True
    #: what is asked besides the firms, and its answers
    question: str = ""
    choices: Callable[[Session, Identity], Sequence[tuple[str, str]]] | None = None
    leaves_out: Callable[[Session, Identity, Sequence[Company], str], Mapping[str, str]]
    do: Callable[[Session, Identity, Sequence[Company], str], Mapping[str, Any]]
    undo: Callable[[Session, Identity, Mapping[str, Any]], Sequence[str]]


#: the acts that the domains above register
kinds: Slot[BulkKind] = Slot("bulk acts")


def list_kinds() -> list[BulkKind]:
    """Return the acts, in the order they are offered."""
    return sorted(kinds, key=lambda kind: kind.position)


def find_kind(code: str) -> BulkKind | None:
    """Return the act with this code, if any."""
    return next((kind for kind in kinds if kind.code == code), None)


def nobody_left_out(
    _session: Session, _identity: Identity, _firms: Sequence[Company], _choice: str
) -> Mapping[str, str]:
    """Leave out no firm."""
    return {}


def _nothing(
    _session: Session, _identity: Identity, _firms: Sequence[Company], _choice: str
) -> Mapping[str, Any]:
    return {}


def _nothing_undone(
    _session: Session, _identity: Identity, _taken: Mapping[str, Any]
) -> Sequence[str]:
    return ()


#: a file of the firms chosen: its making is a reading, which its own route journals
EXPORT = BulkKind(
    code="export",
    label="Exporter",
    position=90,
    writes=False,
    leaves_out=nobody_left_out,
    do=_nothing,
    undo=_nothing_undone,
)
