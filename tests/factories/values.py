"""Values of the lists."""

from sqlalchemy import select

from app.values.models import ListValue, ValueList
from tests.factories.network import system


def value_id(kind: str, code: str) -> int:
    """The number of a value, by its list and its code."""
    with system() as session:
        statement = select(ListValue.id).where(ListValue.list_code == ValueList(kind))
        return session.scalars(statement.where(ListValue.code == code)).one()
