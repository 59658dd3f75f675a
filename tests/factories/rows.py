"""A row in every table: what a test needs that looks at the whole schema, whatever each table is about."""

from datetime import UTC, date, datetime
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Column, Enum, Table
from sqlalchemy.exc import IntegrityError

from app.core.database.tables import Base
from tests.factories.journal import Superuser

#: what a column without a default holds, by the Python type it maps to
SAMPLES: dict[type, Any] = {
    bool: True, int: 1, float: 1.0, str: "x", bytes: b"x", list: [], object: Jsonb({}),
    date: date(2026, 6, 1), datetime: datetime(2026, 6, 1, tzinfo=UTC),
}  # fmt: skip


#: columns that may be null, of which a row has one
ONE_OF = frozenset(
    {
        ("email", "agent_id"),
        ("contact_reading", "agent_id"),
        ("need_message", "author_id"),
        ("referral_change", "agent_id"),
    }
)


def refused_row(siren: str) -> IntegrityError:
    """What SQLAlchemy raises when PostgreSQL refuses a row: its message quotes it."""
    quoted = (
        f'null value in column "level"\nDETAIL:  Failing row contains (7, {siren}, 0.43, null).'
    )
    return IntegrityError("insert into detection_entry", {"siren": siren}, Exception(quoted))


def fill_empty_tables(superuser: Superuser) -> None:
    """Write one row into each mapped table that has none; foreign keys lead to rows that are there."""
    for table in Base.metadata.sorted_tables:
        known = superuser.execute(
            sql.SQL("select exists (select from {})").format(sql.Identifier(table.name))
        ).fetchone()
        if known == (False,):
            _fill(superuser, table)


def _fill(superuser: Superuser, table: Table) -> None:
    required = [
        column
        for column in table.columns
        if (not column.nullable and column.server_default is None and not _is_drawn(column))
        or (table.name, column.name) in ONE_OF
    ]
    superuser.execute(
        sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(table.name),
            sql.SQL(", ").join(sql.Identifier(column.name) for column in required),
            sql.SQL(", ").join(sql.Placeholder() for _ in required),
        ),
        [_sample(superuser, column) for column in required],
    )


def _is_drawn(column: Column[Any]) -> bool:
    """Whether a sequence gives the value."""
    return column is column.table.autoincrement_column


def _sample(superuser: Superuser, column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        statement = sql.SQL("select min({}) from {}").format(
            sql.Identifier(key.column.name), sql.Identifier(key.column.table.name)
        )
        (value,) = superuser.execute(statement).fetchone() or (None,)
        return value
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    return SAMPLES[column.type.python_type]
