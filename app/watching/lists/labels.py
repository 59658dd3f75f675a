"""What the lists of detections show of lists of firms: the names of those a firm is on, and a filter."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Integer, Text, any_, cast, exists, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.watching.lists import queries
from app.watching.lists.models import CompanyList, CompanyListMember

_LISTS, _MEMBERS = CompanyList.__table__, CompanyListMember.__table__


def choices(session: Session, identity: Identity) -> list[tuple[str, str]]:
    """Return the lists that the agent reads, as the choices of a filter."""
    return [(str(known.id), known.label) for known in queries.list_offered(session, identity)]


def is_on(siren: ColumnElement[str], lists: Sequence[int]) -> ColumnElement[bool]:
    """SQL condition: the firm of the row is on one of some lists, as far as the agent may know."""
    member = _MEMBERS.c
    chosen = any_(cast(literal(list(lists), ARRAY(Integer())), ARRAY(Integer())))
    return exists().where(member.siren == siren, member.list_id == chosen)


def names(siren: ColumnElement[str]) -> ColumnElement[list[str]]:
    """SQL expression: the names of the lists in use that the firm of the row is on."""
    member, known = _MEMBERS.c, _LISTS.c
    on = select(known.label).select_from(_MEMBERS.join(_LISTS, known.id == member.list_id))
    on = on.where(member.siren == siren, known.archived_at.is_(None)).order_by(known.label)
    return func.array(on.scalar_subquery(), type_=ARRAY(Text()))
