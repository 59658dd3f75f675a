"""The declarative base, column types and helpers shared by the models of every domain."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    ColumnElement,
    Date,
    DateTime,
    Enum,
    MetaData,
    String,
    Text,
    bindparam,
    cast,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from app.core.now import PARIS, today, utcnow

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Siren = Annotated[str, mapped_column(String(9))]
Siret = Annotated[str, mapped_column(String(14))]


class Base(DeclarativeBase):
    """The base of all tables: strings are TEXT, datetimes are aware, lists and mappings use PostgreSQL's own types."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain attribute
        str: Text(),
        datetime: DateTime(timezone=True),
        date: Date(),
        list[str]: ARRAY(Text()),
        dict[str, Any]: JSONB(),
    }


def current_moment() -> BindParameter[datetime]:
    """`utcnow` at each execution: a statement that compares with it may be built once."""
    return bindparam(None, callable_=utcnow, type_=DateTime(timezone=True))


def current_day() -> BindParameter[date]:
    """`today` at each execution: a statement that compares with it may be built once."""
    return bindparam(None, callable_=today, type_=Date())


def day_of(moment: Any) -> ColumnElement[date]:
    """Return the date of a moment in Paris, where the agents' days begin and end; see `core.now.day_of`."""
    return cast(func.timezone(PARIS.key, moment), Date)


def enum_column(kind: type[StrEnum], **options: Any) -> Any:
    """A text column checked against the codes of ``kind``."""
    column_type = Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )
    return mapped_column(column_type, **options)


def code_check(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """The constraint that goes with `enum_column`: the database enforces the codes too."""
    codes = ", ".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{column} in ({codes})", name=f"{column}_known")
