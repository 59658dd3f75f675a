"""What may be done to many at once: the domains above fill the slot, and the pages of bulk acts go through it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.slots import Slot

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class BulkKind(Generic[T]):
    """An act on many firms, or on many of another `BulkSubject`.

    ``leaves_out`` says why some are left out, by key (the siren of a firm). ``do`` acts on the others and returns, for each to which
    something was done, what undoing it takes; ``undo`` gives that back, and returns the keys where it could be.
    """

    code: str
    #: the code of what it is done to
    subject: str = "firm"
    #: « Suivre »
    label: str
    position: int
    #: what it does besides, said where it is looked at
    note: str = ""
    #: whether something is written: else a file is made
    writes: bool = True
    #: what is asked besides, and its answers
    question: str = ""
    choices: Callable[[Session, Identity], Sequence[tuple[str, str]]] | None = None
    leaves_out: Callable[[Session, Identity, Sequence[T], str], Mapping[str, str]]
    do: Callable[[Session, Identity, Sequence[T], str], Mapping[str, Any]]
    undo: Callable[[Session, Identity, Mapping[str, Any]], Sequence[str]]


#: the acts that the domains above register
kinds: Slot[BulkKind[Any]] = Slot("bulk acts")


def list_kinds(subject: str = "firm") -> list[BulkKind[Any]]:
    """Return the acts on a subject, in the order they are offered."""
    return sorted((k for k in kinds if k.subject == subject), key=lambda kind: kind.position)


def find_kind(code: str, subject: str = "firm") -> BulkKind[Any] | None:
    """Return the act with this code on a subject, if any."""
    return next((kind for kind in list_kinds(subject) if kind.code == code), None)


def nobody_left_out(
    _session: Session, _identity: Identity, _chosen: Sequence[object], _choice: str
) -> Mapping[str, str]:
    """Leave out none."""
    return {}


def _nothing(
    _session: Session, _identity: Identity, _chosen: Sequence[object], _choice: str
) -> Mapping[str, Any]:
    return {}


def _nothing_undone(
    _session: Session, _identity: Identity, _taken: Mapping[str, Any]
) -> Sequence[str]:
    return ()


def export_of(subject: str) -> BulkKind[Any]:
    """Return the act that makes a file of those chosen: its making is a reading, which its own route journals."""
    return BulkKind(
        code="export",
        subject=subject,
        label="Exporter",
        position=90,
        writes=False,
        leaves_out=nobody_left_out,
        do=_nothing,
        undo=_nothing_undone,
    )


EXPORT = export_of("firm")
