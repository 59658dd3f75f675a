"""What is published, read as Vigie itself: it is everybody's."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.core.access.elevation import reading_as_system
from app.core.errors import NotFoundError
from app.evidence.publications.models import PublishedPeriod
from app.evidence.publications.periods import ReportPeriod
from app.evidence.reports.models import ConventionReport, ReportFile, ReportFormat

WHY = "Chiffres publics"


def list_published(session: Session) -> Sequence[str]:
    """The periods that are published, the latest first, a year before its halves."""
    published = select(PublishedPeriod.period).where(PublishedPeriod.published_at.is_not(None))
    latest = published.order_by(PublishedPeriod.until.desc(), PublishedPeriod.since)
    with reading_as_system(session, reason=WHY):
        return session.scalars(latest).all()


def find_published(session: Session, period: str) -> tuple[PublishedPeriod, PublishedPeriod]:
    """What is told of a published period, and of the same one a year before; raise `NotFoundError`."""
    codes = [period, _previous(period)]
    with reading_as_system(session, reason=WHY):
        found = {
            told.period: told
            for told in session.scalars(
                select(PublishedPeriod).where(PublishedPeriod.period.in_(codes))
            )
        }
    if period not in found or found[period].published_at is None:
        raise NotFoundError
    return found[period], found[codes[1]]


def find_open_data(session: Session, period: str, kind: ReportFormat) -> ReportFile:
    """A file of open data of a published period, with its content; raise `NotFoundError`."""
    wanted = (
        select(ReportFile)
        .options(undefer(ReportFile.content))
        .join(ConventionReport, ConventionReport.id == ReportFile.report_id)
        .join(PublishedPeriod, PublishedPeriod.period == ConventionReport.period)
        .where(
            ReportFile.format == kind,
            ConventionReport.period == period,
            ConventionReport.region.is_(None),
            PublishedPeriod.published_at.is_not(None),
        )
    )
    with reading_as_system(session, reason=WHY):
        found = session.scalar(wanted)
    if found is None or not kind.is_open:
        raise NotFoundError
    return found


def _previous(period: str) -> str:
    try:
        return ReportPeriod.parse(period).previous.code
    except ValueError:
        raise NotFoundError from None
