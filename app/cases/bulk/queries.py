"""Read the accompagnements chosen for an act."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.cases.models import Case, CaseMember, CaseValue
from app.cases.queries import CaseFilter, select_numbers
from app.core.access.identity import Identity


def list_chosen(session: Session, _identity: Identity, keys: Sequence[str]) -> Sequence[Case]:
    """Return the accompagnements of some numbers within reach that are not deleted, with their firms and members."""
    whole = select(Case).options(
        selectinload(Case.members).joinedload(CaseMember.agent), joinedload(Case.company)
    )
    these = (Case.id.in_([int(key) for key in keys]), Case.deleted_at.is_(None))
    return session.scalars(whole.where(*these).order_by(Case.id)).all()


def list_kept(session: Session, identity: Identity, wanted: CaseFilter, *, limit: int) -> list[str]:
    """Return the numbers of the first accompagnements that filters keep, in the order of the list."""
    kept = select_numbers(session, identity, wanted)
    order = (Case.opened_on.desc(), Case.id.desc())
    return [str(number) for number in session.scalars(kept.order_by(*order).limit(limit))]


def list_holding(session: Session, value_id: int, case_ids: Sequence[int]) -> set[int]:
    """Return which of some accompagnements hold a value."""
    held = (CaseValue.value_id == value_id, CaseValue.removed_at.is_(None))
    return set(
        session.scalars(select(CaseValue.case_id).where(*held, CaseValue.case_id.in_(case_ids)))
    )
