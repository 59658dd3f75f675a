"""Read the lists of values; row-level security leaves out the tags of the networks of others."""

from collections.abc import Collection, Sequence

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.values.models import ListValue, ValueList


def get_list(_session: Session, _identity: Identity, code: str) -> ValueList:
    """Return a list by its code; raise `NotFoundError`."""
    if code not in set(ValueList):
        raise NotFoundError
    return ValueList(code)


def get_value(session: Session, _identity: Identity, value_id: int) -> ListValue:
    """Return a value within reach; raise `NotFoundError`."""
    value = session.get(ListValue, value_id)
    if value is None:
        raise NotFoundError
    return value


def count_values(session: Session) -> Sequence[Row[ValueList, int, int]]:
    """Each list that holds something, how many of its values are offered, how many are archived."""
    archived = func.count(ListValue.archived_at)
    counted = select(ListValue.list_code, func.count() - archived, archived)
    return session.execute(counted.group_by(ListValue.list_code)).all()


def list_values(
    session: Session, _identity: Identity, *lists: ValueList, held: Collection[int] | None = None
) -> Sequence[ListValue]:
    """Return the values of some lists, in order, archived ones last; with ``held``, those archived only where they are among it."""
    statement = select(ListValue).options(joinedload(ListValue.network))
    statement = statement.where(ListValue.list_code.in_(lists))
    if held is not None:
        statement = statement.where(or_(ListValue.archived_at.is_(None), ListValue.id.in_(held)))
    order = (ListValue.list_code, ListValue.archived_at.is_not(None), ListValue.network_id)
    return session.scalars(
        statement.order_by(*order, ListValue.position, ListValue.label, ListValue.id)
    ).all()


def list_usable(
    session: Session,
    identity: Identity,
    *lists: ValueList,
    held: Collection[int] = (),
    archived: bool = False,
) -> Sequence[ListValue]:
    """Return the values that the agent may choose, in the order of the lists, tags being those of their networks.

    Archived ones are those ``held``, or all of them with ``archived``.
    """
    values = list_values(session, identity, *lists, held=None if archived else held)
    mine = {None, *identity.network_ids}
    return [value for value in values if value.network_id in mine]
