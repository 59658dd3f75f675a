"""Paging: whatever a list follows, each row comes once, in order, and a cursor can hold nothing that breaks it."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Double,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    func,
    select,
)
from sqlalchemy.orm import Session

from app.core.database.keyset import Page, page_of

NOON = datetime(2026, 3, 4, 12, 0, 0, 250, tzinfo=UTC)
#: ties in every column but the last, and nulls in one
ROWS = [
    {
        "day": date(2026, 1, 1 + number % 3),
        "moment": NOON + timedelta(microseconds=number % 4),
        "amount": number % 5 / 3,
        "name": "Éé'a"[number % 4],
        "closed": None if number % 4 == 0 else number % 3,
        "id": 2**40 + number,
    }
    for number in range(23)
]
thing = Table(
    "thing", MetaData(),
    Column("day", Date), Column("moment", DateTime(timezone=True)), Column("amount", Double), Column("name", Text),
    Column("closed", Integer), Column("id", BigInteger, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)  # fmt: skip
c = thing.c

KEYS: dict[str, list[ColumnElement[Any]]] = {
    "one column": [c.id],
    "days, upwards": [c.day, c.id],
    "moments, downwards": [c.moment.desc(), c.id.desc()],
    "numbers": [c.amount, c.id],
    "texts, downwards": [c.name.collate("C").desc(), c.id.desc()],
    "two directions": [c.day.desc(), c.id],
    "four columns, directions in turn": [c.day, c.name.collate("C").desc(), c.moment, c.id.desc()],
    "nulls last": [c.closed.nulls_last(), c.id],
    "nulls last, downwards": [c.closed.desc().nulls_last(), c.id.desc()],
    "nulls first, in the middle": [c.day.desc(), c.closed.nulls_first(), c.id],
    "nulls first, downwards": [c.closed.desc().nulls_first(), c.id.desc()],
    "an expression": [func.coalesce(c.closed, 99), c.id],
}


@pytest.fixture
def things(session: Session) -> Connection:
    connection = session.connection()
    thing.create(connection)
    connection.execute(thing.insert(), ROWS)
    return connection


def follow(connection: Connection, key: Sequence[ColumnElement[Any]], size: int) -> list[Page[Any]]:
    pages = [page_of(connection, select(c.id), key=key, cursor=None, size=size)]
    while pages[-1].next_cursor:
        cursor = pages[-1].next_cursor
        pages.append(page_of(connection, select(c.id), key=key, cursor=cursor, size=size))
    return pages


def forge(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize("size", [1, 4, 22, 23, 24])
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_each_row_comes_once_in_the_order_of_the_whole(
    things: Connection, key: Sequence[ColumnElement[Any]], size: int
) -> None:
    whole = things.scalars(select(c.id).order_by(*key)).all()
    pages = follow(things, key, size)
    assert [row.id for page in pages for row in page.rows] == whole
    assert [len(page.rows) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert len(pages) == -(-len(ROWS) // size)
    assert {page.total for page in pages} == {len(ROWS)}


def test_rows_hold_what_was_selected_and_nothing_else(things: Connection) -> None:
    first = page_of(things, select(c.name, c.id), key=[c.day.desc(), c.id], cursor=None, size=2)
    row = first.rows[0]
    assert (row._fields, tuple(row)) == (("name", "id"), ("'", 2**40 + 2))
    assert page_of(things, select(c.id), key=[c.id], cursor=None, size=2).scalars().rows == [
        2**40,
        2**40 + 1,
    ]


def test_a_row_that_comes_or_goes_moves_no_other(things: Connection) -> None:
    first = page_of(things, select(c.id), key=[c.id], cursor=None, size=5)
    things.execute(thing.delete().where(c.id.in_([2**40, first.rows[-1].id])))
    things.execute(thing.insert(), [{**ROWS[0], "id": 1}])
    rest = page_of(things, select(c.id), key=[c.id], cursor=first.next_cursor, size=5)
    assert [row.id for row in rest.rows] == [2**40 + number for number in range(5, 10)]


def test_the_total_is_that_of_the_whole_or_what_the_caller_counts(things: Connection) -> None:
    kept: Select[int] = select(c.id).where(c.day == date(2026, 1, 1)).order_by(c.name)
    assert page_of(things, kept, key=[c.id], cursor=None, size=3).total == 8
    some = select(func.count()).select_from(kept.limit(5).subquery())
    assert page_of(things, kept, key=[c.id], cursor=None, size=3, counted=some).total == 5


def test_one_direction_is_one_comparison_that_an_index_answers(things: Connection) -> None:
    statements: list[str] = []
    first = page_of(things, select(c.id), key=[c.day, c.id], cursor=None, size=3)
    things.exec_driver_sql("CREATE INDEX ON thing (day, id)")
    things.exec_driver_sql("SET LOCAL enable_seqscan = off")
    things.exec_driver_sql("SET LOCAL enable_bitmapscan = off")

    class Spy:
        scalar = things.scalar

        def execute(self, statement: Select[Any]) -> Any:
            compiled = statement.compile(things.engine, compile_kwargs={"literal_binds": True})
            plan = things.exec_driver_sql(f"EXPLAIN {compiled}").scalars().all()
            statements.extend(plan)
            return things.execute(statement)

    page_of(Spy(), select(c.id), key=[c.day, c.id], cursor=first.next_cursor, size=3)  # type: ignore[arg-type]
    (condition,) = [line for line in statements if "Index Cond" in line]
    assert "ROW(day, id) > ROW(" in condition


FORGED = [
    "", "x", "%%%", "é", "[" * 500, "A" * 5_000, "=", forge(), forge(1), forge(1, 2, 3), forge({}, 1),
    base64.urlsafe_b64encode(b'{"day": 1}').decode(), base64.urlsafe_b64encode(b"[1e999, NaN]").decode(),
]  # fmt: skip
WRONG: dict[str, list[object]] = {
    "day": [None, 1, True, "", "yesterday", "2026-13-01", "2026-01-01\x00", [], "9" * 300],
    "moment": [None, 1.5, "2026-01-01T25:00:00", "\ud800", {}],
    "amount": [None, True, "1", 10**400, [1]],
    "name": [None, 1, False, "\x00", "a\x00b", "\ud800", ["a"]],
    "id": [None, True, 1.0, "1", 2**63, -(2**63) - 1, [1]],
    "closed": [None, 2**31, -(2**31) - 1, "0"],
}


@pytest.mark.parametrize("cursor", FORGED)
def test_a_damaged_cursor_means_the_first_page(things: Connection, cursor: str) -> None:
    page = page_of(things, select(c.id), key=[c.day, c.id], cursor=cursor, size=3)
    assert [row.id - 2**40 for row in page.rows] == [0, 3, 6]


@pytest.mark.parametrize("column", WRONG)
def test_a_cursor_of_values_that_the_column_cannot_meet_means_the_first_page(
    things: Connection, column: str
) -> None:
    key = [c[column], c.id]
    first = page_of(
        things, select(c.id), key=key, cursor=None, size=3, counted=select(func.count(1))
    )
    for value in WRONG[column]:
        page = page_of(things, select(c.id), key=key, cursor=forge(value, 2**40 + 1), size=3)
        assert page.rows == first.rows, value


@pytest.mark.parametrize(
    ("column", "values"),
    [("day", ["0001-01-01", "9999-12-31"]), ("amount", [1e308, -5, 0]), ("name", ["'; --", "\U0010ffff", ""]),
     ("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01"]), ("id", [-(2**63), 2**63 - 1])],
)  # fmt: skip
def test_a_forged_cursor_of_the_right_kind_is_a_place_like_any_other(
    things: Connection, column: str, values: list[object]
) -> None:
    for value in values:
        page_of(things, select(c.id), key=[c[column], c.id], cursor=forge(value, 0), size=3)


def test_a_null_that_the_key_did_not_announce_is_refused_rather_than_rows_lost(
    things: Connection,
) -> None:
    things.execute(thing.update().values(closed=None))
    with pytest.raises(ValueError, match="closed"):
        page_of(things, select(c.id), key=[c.closed, c.id], cursor=None, size=3)


def test_the_known_truth_of_two_directions(things: Connection) -> None:
    key = [c.day.desc(), c.id]
    shown = [row.id - 2**40 for page in follow(things, key, 4) for row in page.rows]
    assert shown == [*range(2, 23, 3), *range(1, 23, 3), *range(0, 23, 3)]
