"""Read what an accompagnement is described with; row-level security leaves out the tags of the networks of others."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from app.cases.models import Case, CaseValue
from app.values.models import ListValue, ValueList

#: the lists that describe an accompagnement, as its page orders them; measures have amounts and dates besides
LISTS = (
    ValueList.SECTOR,
    ValueList.DIFFICULTY,
    ValueList.ACTION,
    ValueList.BODY,
    ValueList.REDIRECTION,
    ValueList.TAG,
)


def list_held(session: Session, case: Case) -> Sequence[CaseValue]:
    """Return the values in force, in the order of their lists."""
    here = (CaseValue.case_id == case.id, CaseValue.removed_at.is_(None))
    statement = select(CaseValue).join(CaseValue.value).options(contains_eager(CaseValue.value))
    order = (ListValue.position, ListValue.label, CaseValue.id)
    return session.scalars(statement.where(*here).order_by(*order)).all()
