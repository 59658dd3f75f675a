"""Texts that agents write: one maximum length, one way to say that it is exceeded."""

from app.core.errors import DomainError
from app.core.text.french import number_fr

MAX_LENGTH = 10_000
#: words of a motive, at least: fewer would tell nothing to whoever oversees it
FEWEST_WORDS = 3

_PLANES = range(0, 0x110000, 0x10000)
#: control characters other than tab and line ends, surrogates, and Unicode noncharacters
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
    """``text`` without the characters that PostgreSQL refuses to store or HTML to display."""
    return text.translate(_UNWRITABLE)


def normalised(text: str | None) -> str:
    """``text`` stripped, with Unix line ends: those that browsers send would count twice."""
    return (text or "").replace("\r\n", "\n").strip()


def bounded(text: str | None, *, field: str) -> str:
    """``text`` normalised; raise `DomainError` on ``field`` beyond `MAX_LENGTH` characters."""
    value = normalised(text)
    if len(value) > MAX_LENGTH:
        raise DomainError(
            f"{number_fr(len(value))} caractères : raccourcissez ce texte, {number_fr(MAX_LENGTH)} au plus.",
            field=field,
        )
    return value


def require_text(text: str | None, *, field: str, absent: str) -> str:
    """``text`` bounded; raise `DomainError` with the message ``absent`` when it is empty."""
    value = bounded(text, field=field)
    if not value:
        raise DomainError(absent, field=field)
    return value


def require_motive(text: str | None, *, field: str, limit: int, too_short: str) -> str:
    """``text`` normalised, as a motive that others will read: raise `DomainError` with ``too_short`` under
    `FEWEST_WORDS` words, and beyond ``limit`` characters.
    """
    value = normalised(text)
    if len(value.split()) < FEWEST_WORDS:
        raise DomainError(too_short, field=field)
    if len(value) > limit:
        raise DomainError(f"Le motif dépasse {number_fr(limit)} caractères.", field=field)
    return value
