"""Keyset pagination: stable under writes, and as fast on page 500 as on page 1."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PAGE_SIZE = 25
#: longer than any of our sort keys
LONGEST_CURSOR = 600
#: what an integer column can be compared with
INTEGERS = range(-(2**31), 2**31)


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page of rows and the cursor of the next page, ``None`` on the last one."""

    rows: Sequence[T]
    next_cursor: str | None
    total: int


def encode_cursor(values: Sequence[object]) -> str:
    """The sort key of a page's last row, as an opaque string."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, *, length: int) -> list[object] | None:
    """The sort key in ``cursor``; a forged or damaged cursor means the first page."""
    if not cursor or len(cursor) > LONGEST_CURSOR:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    if not isinstance(values, list) or len(values) != length:
        return None
    return values if all(map(_is_comparable, values)) else None


def _is_comparable(value: object) -> bool:
    """Whether PostgreSQL can hold this value: a cursor is untrusted input."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, int):
        return not isinstance(value, bool) and value in INTEGERS
    return isinstance(value, float)
