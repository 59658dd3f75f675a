"""Keyset pagination: stable under writes, and as fast on page 500 as on page 1."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar, TypeVarTuple, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    SQLColumnExpression,
    UnaryExpression,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeEngine

T = TypeVar("T")
S = TypeVar("S")
Ts = TypeVarTuple("Ts")

#: the order of a list, written as for ``order_by``: ``(Case.opened_on.desc(), Case.id.desc())``
Key = Sequence[SQLColumnExpression[Any]]

PAGE_SIZE = 25
#: rows are counted as far as this; beyond, « plus de 1 000 »
COUNTED = 1_000
#: longer than any of our sort keys
LONGEST_CURSOR = 600


@dataclass(frozen=True)
class Slice(Generic[T]):
    """Rows that follow one another and the cursor of those that come next, ``None`` after the last one."""

    rows: Sequence[T]
    next_cursor: str | None

    def scalars(self: "Slice[Row[S]]") -> "Slice[S]":
        """The same, with the single value of each row instead of the row."""
        return Slice([row[0] for row in self.rows], self.next_cursor)


@dataclass(frozen=True)
class Page(Slice[T]):
    """The same with how many rows there are in all; `COUNTED` + 1 when there are more than `COUNTED`."""

    total: int

    @property
    def trace(self) -> dict[str, Any]:
        """What the journal says of how many there are."""
        beyond = {"beyond": True} if self.total > COUNTED else {}
        return {"count": min(self.total, COUNTED), **beyond}

    def scalars(self: "Page[Row[S]]") -> "Page[S]":
        """The same page, with the single value of each row instead of the row."""
        return Page([row[0] for row in self.rows], self.next_cursor, self.total)


def page_of(
    session: Session | Connection,
    statement: Select[*Ts],
    *,
    key: Key,
    cursor: str | None,
    size: int = PAGE_SIZE,
    counted: Select[int] | None = None,
) -> Page[Row[*Ts]]:
    """The ``size`` rows of ``statement`` that follow ``cursor`` in the order of ``key``.

    As `slice_of`, and counted as far as `COUNTED`; ``counted`` gives the total where counting ``statement`` would be wrong.
    """
    total = session.scalar(bounded_count(statement) if counted is None else counted) or 0
    found = slice_of(session, statement, key=key, cursor=cursor, size=size)
    return Page(found.rows, found.next_cursor, total)


def slice_of(
    session: Session | Connection,
    statement: Select[*Ts],
    *,
    key: Key,
    cursor: str | None,
    size: int = PAGE_SIZE,
) -> Slice[Row[*Ts]]:
    """The ``size`` rows of ``statement`` that follow ``cursor`` in the order of ``key``, for a thread: nobody counts it.

    The key must be unique. A part of it that may be null says where nulls go, with ``nulls_first()`` or ``nulls_last()``.
    A missing, forged or damaged cursor means the beginning. Raise `ValueError` on a null in a part of the key that does
    not say where nulls go.
    """
    places = [_place(part) for part in key]
    after = _decode(cursor, places)
    wanted = statement.order_by(None).order_by(*key).limit(size + 1)
    if after is not None:
        wanted = wanted.where(_follows(places, after))
    keyed = wanted.add_columns(*(place.column.label(None) for place in places))
    fetched = session.execute(keyed).freeze()
    rows = fetched().columns(*range(len(statement.column_descriptions))).all()[:size]
    last = fetched().all()[size - 1 : size] if len(fetched.data) > size else []
    more = _encode(last[0][-len(places) :], places) if last else None
    return Slice(cast("Sequence[Row[*Ts]]", rows), more)


def bounded_count(statement: Select[*tuple[Any, ...]]) -> Select[int]:
    """Count the rows of ``statement``, and stop one beyond `COUNTED`."""
    some = statement.order_by(None).limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(some)


@dataclass(frozen=True)
class _Place:
    """A part of a key; ``nulls_first`` is `None` if it is never null."""

    column: SQLColumnExpression[Any]
    descending: bool = False
    nulls_first: bool | None = None

    @property
    def type(self) -> TypeEngine[Any]:
        return cast("ColumnElement[Any]", self.column).type

    def holds(self, value: object) -> ColumnElement[bool]:
        return self.column.is_(None) if value is None else self.column == self.bound_to(value)

    def follows(self, value: object) -> ColumnElement[bool]:
        if value is None:
            return self.column.is_not(None) if self.nulls_first else false()
        bound = self.bound_to(value)
        beyond = self.column < bound if self.descending else self.column > bound
        return or_(beyond, self.column.is_(None)) if self.nulls_first is False else beyond

    def bound_to(self, value: object) -> ColumnElement[Any]:
        return literal(value, self.type)


class Keyset:
    """What follows a cursor in the order of a key, for whoever reads a page in several statements of one order."""

    def __init__(self, key: Key, cursor: str | None) -> None:
        """Read ``cursor``; a missing, forged or damaged one means the beginning."""
        self._after = _decode(cursor, [_place(part) for part in key])

    def follows(self, key: Key) -> list[ColumnElement[bool]]:
        """The condition on the rows that come after the cursor, in the columns of ``key``; none at the beginning."""
        return (
            [] if self._after is None else [_follows([_place(part) for part in key], self._after)]
        )


def cursor_of(values: Sequence[object], key: Key) -> str:
    """The cursor of the rows that follow the one whose key is ``values``; raise `ValueError` as `page_of`."""
    return _encode(values, [_place(part) for part in key])


def _place(part: SQLColumnExpression[Any]) -> _Place:
    descending, nulls_first = False, None
    while isinstance(part, UnaryExpression) and part.modifier is not None:
        if part.modifier in (operators.nulls_first_op, operators.nulls_last_op):
            nulls_first = part.modifier is operators.nulls_first_op
        else:
            descending = part.modifier is operators.desc_op
        part = part.element
    return _Place(part, descending, nulls_first)


def _follows(places: Sequence[_Place], after: Sequence[object]) -> ColumnElement[bool]:
    """Whether a row comes after the values ``after``: where possible, a single row comparison, which can use an index."""
    directions = {place.descending for place in places}
    if len(directions) == 1 and all(place.nulls_first is None for place in places):
        whole = tuple_(*(place.column for place in places))
        bound = tuple_(*(place.bound_to(value) for place, value in zip(places, after, strict=True)))
        return whole < bound if directions == {True} else whole > bound
    ways = []
    same: list[ColumnElement[bool]] = []
    for place, value in zip(places, after, strict=True):
        ways.append(and_(*same, place.follows(value)))
        same.append(place.holds(value))
    return or_(*ways)


def _encode(values: Sequence[object], places: Sequence[_Place]) -> str:
    """The key of a page's last row, as an opaque string."""
    for value, place in zip(values, places, strict=True):
        if value is None and place.nulls_first is None:
            message = f"a null in {place.column}, whose key does not say where nulls go"
            raise ValueError(message)
    return (
        base64.urlsafe_b64encode(json.dumps([*values], default=str).encode()).decode().rstrip("=")
    )


def _decode(cursor: str | None, places: Sequence[_Place]) -> list[object] | None:
    """The key in ``cursor``, if each value can be compared with its column, else ``None``."""
    if not cursor or len(cursor) > LONGEST_CURSOR:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(values, list):
            return [_read(value, place) for value, place in zip(values, places, strict=True)]
    except (ValueError, binascii.Error, RecursionError):
        return None
    return None


def _read(value: object, place: _Place) -> object:
    """``value`` in the type of its column; raise `ValueError` on anything that PostgreSQL would refuse to compare."""
    if value is None and place.nulls_first is not None:
        return None
    kind = place.type.python_type
    if issubclass(kind, Enum):
        return kind(value)
    return _readers[kind](value, place)


def _read_int(value: object, place: _Place) -> int:
    bits = 63 if isinstance(place.type, BigInteger) else 31
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**bits) <= value < 2**bits:
        raise ValueError
    return value


def _read_flag(value: object, _place: _Place) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _read_float(value: object, _place: _Place) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError from error


def _read_text(value: object, _place: _Place) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError
    value.encode()  # a lone surrogate raises UnicodeError, which is a ValueError
    return value


def _read_date(value: object, _place: _Place) -> date:
    return date.fromisoformat(_read_text(value, _place))


def _read_datetime(value: object, _place: _Place) -> datetime:
    return datetime.fromisoformat(_read_text(value, _place))


_readers: dict[type, Callable[[object, _Place], object]] = {
    bool: _read_flag,
    int: _read_int,
    float: _read_float,
    str: _read_text,
    date: _read_date,
    datetime: _read_datetime,
}
