"""Texts that agents write: one length, one way to say that it is passed."""

from app.core.errors import DomainError
from app.core.formats import number_fr

MAX_LENGTH = 10_000


def normalised(text: str | None) -> str:
    """``text`` without outer blanks, its lines ended as Unix does: what browsers send counts twice otherwise."""
    return (text or "").replace("\r\n", "\n").replace("\x00", "").strip()


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
