"""Reading reports, and the frozen figures that they are made of. Row-level security restricts each."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from app.core.access.identity import Identity
from app.core.database.keyset import Page, page_of
from app.core.errors import NotFoundError
from app.evidence.publications.models import PublishedPeriod
from app.evidence.reports.models import ConventionReport, ReportFile, ReportFormat


def page_of_reports(
    session: Session, _identity: Identity, cursor: str | None
) -> Page[ConventionReport]:
    """The reports within reach, latest first."""
    return page_of(session, _reports(), key=[ConventionReport.id.desc()], cursor=cursor).scalars()


def find_report(session: Session, _identity: Identity, report_id: int) -> ConventionReport:
    """A report within reach, with its files but for their content; raise `NotFoundError`."""
    whole = _reports().options(selectinload(ConventionReport.files))
    report = session.scalar(whole.where(ConventionReport.id == report_id))
    if report is None:
        raise NotFoundError
    return report


def get_report(session: Session, report_id: int) -> ConventionReport:
    """A report, for the worker."""
    return session.get_one(ConventionReport, report_id)


def find_same(session: Session, period: str, region: str | None) -> ConventionReport | None:
    """The report of a period and a place, if it was asked for."""
    return session.scalar(
        select(ConventionReport).where(
            ConventionReport.period == period,
            ConventionReport.region.is_not_distinct_from(region),
        )
    )


def find_file(session: Session, report_id: int, kind: ReportFormat) -> ReportFile:
    """A file of a report, with its content; raise `NotFoundError`."""
    found = session.scalar(
        select(ReportFile)
        .options(undefer(ReportFile.content))
        .where(ReportFile.report_id == report_id, ReportFile.format == kind)
    )
    if found is None:
        raise NotFoundError
    return found


def list_files(session: Session, report_id: int) -> Sequence[ReportFile]:
    """The files of a report that were written, without their content."""
    return session.scalars(select(ReportFile).where(ReportFile.report_id == report_id)).all()


def find_period(session: Session, period: str) -> PublishedPeriod | None:
    """What is told of a period, once it is frozen."""
    return session.get(PublishedPeriod, period)


def _reports() -> Select[ConventionReport]:
    return select(ConventionReport).options(joinedload(ConventionReport.author))
