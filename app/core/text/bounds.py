"""Texts that agents write: one length, one way to say that it is passed."""

from app.core.errors import DomainError
from app.core.text.french import number_fr

MAX_LENGTH = 10_000

_PLANES = range(0, 0x110000, 0x10000)
#: controls but tab and line ends, halves of characters, and what Unicode keeps for nobody
_UNWRITABLE = dict.fromkeys(
    [
        *(code for code in range(0x20) if code not in (9, 10, 13)),
        *range(0x7F, 0xA0),
        *range(0xD800, 0xE000),
        *range(0xFDD0, 0xFDF0),
        *(plane + last for plane in _PLANES for last in (0xFFFE, 0xFFFF)),
    ]
)


def writable(text: str) -> str:
    """``text`` without what PostgreSQL refuses to hold or HTML to show."""
    return text.translate(_UNWRITABLE)


def normalised(text: str | None) -> str:
    """``text`` without outer blanks, its lines ended as Unix does: what browsers send counts twice otherwise."""
    return (text or "").replace("\r\n", "\n").strip()


def bounded(text: str | None, *, field: str) -> str:
    """``text`` normalised; raise `DomainError` on ``field`` beyond `MAX_LENGTH` characters."""
    kept = normalised(text)
    if len(kept) > MAX_LENGTH:
        raise DomainError(
            f"{number_fr(len(kept))} caractères : raccourcissez ce texte, {number_fr(MAX_LENGTH)} au plus.",
            field=field,
        )
    return kept


def demanded(text: str | None, *, field: str, absent: str) -> str:
    """``text`` bounded; raise `DomainError` with ``absent`` when nothing is written."""
    kept = bounded(text, field=field)
    if not kept:
        raise DomainError(absent, field=field)
    return kept
