"""Reading studies. Row-level security restricts each: managers and data scientists."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Row, exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.access.identity import Identity
from app.core.database.keyset import Slice, slice_of
from app.core.database.tables import current_day
from app.core.errors import NotFoundError
from app.detections.models import DetectionEntry, DetectionList
from app.evidence.studies.models import ImpactResult, ImpactStudy
from scoring.vocabulary import Level


def is_read() -> ColumnElement[bool]:
    """Whether the study of a row was read."""
    return exists().where(ImpactResult.study_id == ImpactStudy.id)


def get_study(session: Session, _identity: Identity, study_id: int) -> ImpactStudy:
    """A study with its author and what it found; raise `NotFoundError` if there is none."""
    study = session.scalar(
        select(ImpactStudy)
        .options(joinedload(ImpactStudy.author), selectinload(ImpactStudy.results))
        .where(ImpactStudy.id == study_id)
    )
    if study is None:
        raise NotFoundError
    return study


def slice_of_studies(
    session: Session, _identity: Identity, cursor: str | None
) -> Slice[ImpactStudy]:
    """Studies with what they found, latest first."""
    statement = select(ImpactStudy).options(selectinload(ImpactStudy.results))
    return slice_of(session, statement, key=[ImpactStudy.id.desc()], cursor=cursor).scalars()


def list_due(session: Session) -> Sequence[int]:
    """The studies whose day has come and that nobody has read, first registered first."""
    due = select(ImpactStudy.id).where(ImpactStudy.frozen_on <= current_day(), ~is_read())
    return session.scalars(due.order_by(ImpactStudy.id)).all()


def is_registered(session: Session, study: ImpactStudy) -> bool:
    """Whether the same question was registered already."""
    same = select(ImpactStudy.id).where(
        ImpactStudy.outcome == study.outcome,
        ImpactStudy.cohort_from == study.cohort_from,
        ImpactStudy.cohort_to == study.cohort_to,
        ImpactStudy.departments == study.departments,
        ImpactStudy.world.is_(None) if study.world is None else ImpactStudy.world == study.world,
    )
    return session.scalar(same.limit(1)) is not None


def list_lists(session: Session, *, since: date, until: date) -> Sequence[DetectionList]:
    """The lists published of days in ``[since, until]``, in order."""
    wanted = (
        DetectionList.published_at.is_not(None),
        DetectionList.as_of >= since,
        DetectionList.as_of <= until,
    )
    return session.scalars(
        select(DetectionList).where(*wanted).order_by(DetectionList.as_of, DetectionList.id)
    ).all()


def members(
    session: Session, list_id: int, departments: Sequence[str]
) -> Sequence[Row[str, Level, float]]:
    """The firms in alert on a list, with their level and their risk at 18 months; in some départements, or everywhere."""
    wanted = [DetectionEntry.list_id == list_id, DetectionEntry.level != Level.NONE]
    if departments:
        wanted.append(DetectionEntry.department.in_(departments))
    entry = DetectionEntry
    return session.execute(
        select(entry.siren, entry.level, entry.p18).where(*wanted).order_by(entry.siren)
    ).all()
