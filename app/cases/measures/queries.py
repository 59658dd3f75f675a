"""Read the measures of an accompagnement."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.cases.measures.models import CaseMeasure
from app.cases.models import Case
from app.core.errors import NotFoundError


def list_measures(session: Session, case: Case) -> Sequence[CaseMeasure]:
    """Return those in force, the latest first."""
    statement = select(CaseMeasure).options(joinedload(CaseMeasure.value))
    here = (CaseMeasure.case_id == case.id, CaseMeasure.removed_at.is_(None))
    order = (CaseMeasure.starts_on.desc(), CaseMeasure.id.desc())
    return session.scalars(statement.where(*here).order_by(*order)).all()


def get_measure(session: Session, case: Case, measure_id: int) -> CaseMeasure:
    """Return one of the accompagnement, be it corrected or taken off; raise `NotFoundError`."""
    statement = select(CaseMeasure).options(joinedload(CaseMeasure.value))
    measure = session.scalar(
        statement.where(CaseMeasure.case_id == case.id, CaseMeasure.id == measure_id)
    )
    if measure is None:
        raise NotFoundError
    return measure
