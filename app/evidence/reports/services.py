"""Asking for a report, going on with one that failed, publishing its figures."""

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold, take_turn
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.evidence.publications.periods import ReportPeriod
from app.evidence.reports import policies, queries
from app.evidence.reports.models import ConventionReport, ReportState, ReportStep
from app.habilitations.reference.geography import REGIONS

#: the namespace of the lock that serialises requests
ASK_LOCK = 7_146_061


def ask(
    session: Session, identity: Identity, *, period: ReportPeriod, region: str | None
) -> ConventionReport:
    """Write a report and defer its making, in one transaction.

    Raise `DomainError` for a place out of reach, a period whose figures are not final, a report that exists.
    """
    departments = list(REGIONS[region][1]) if region else []
    if not policies.may_ask(identity, departments):
        raise DomainError(
            "Choisissez une région de votre zone : les autres bilans sont ceux des administrateurs.",
            field="region",
        )
    if not period.is_ripe(today()):
        raise DomainError(period.too_early, field="period")
    take_turn(session, ASK_LOCK)
    if queries.find_same(session, period.code, region) is not None:
        raise DomainError(
            "Ce bilan existe déjà : ouvrez-le dans la liste. Un bilan fait n’est jamais refait.",
            field="period",
        )
    report = ConventionReport(
        period=period.code, region=region, departments=departments, state=ReportState.WAITING, step=ReportStep.COUNT,
        asked_by=identity.agent_id, created_at=utcnow(),
    )  # fmt: skip
    session.add(report)
    session.flush()
    _defer(session, identity, report)
    return report


def resume(session: Session, identity: Identity, report: ConventionReport) -> ConventionReport:
    """Go on with a report that failed, from the step it was at. Raise `DomainError` for any other."""
    if report.state is not ReportState.FAILED:
        raise DomainError("Seul un bilan en échec se reprend : attendez la fin de celui-ci.")
    report.state, report.error = ReportState.WAITING, None
    _defer(session, identity, report)
    return report


def publish(session: Session, identity: Identity, report: ConventionReport) -> ConventionReport:
    """Show the figures of a report to everybody, for good. Raise `DomainError` unless it is done, or when they are shown."""
    told = queries.find_period(session, report.period)
    if report.state is not ReportState.DONE or told is None:
        raise DomainError("Attendez que le bilan soit terminé : ses chiffres ne sont pas arrêtés.")
    hold(session, told)
    if told.published_at is not None:
        raise DomainError("Ces chiffres sont déjà publics.")
    told.published_at, told.published_by = utcnow(), identity.agent_id
    journal.record(
        session, identity, journal.Event.FIGURES_PUBLISHED,
        period=told.period, report=report.id, cells=told.cells, masked=told.masked,
    )  # fmt: skip
    return report


def _defer(session: Session, identity: Identity, report: ConventionReport) -> None:
    journal.record(
        session, identity, journal.Event.REPORT_ASKED,
        report=report.id, period=report.period, region=report.region,
    )  # fmt: skip
    lock = f"evidence:report:{report.id}"
    defer(session, Task.EVIDENCE_REPORT, queueing_lock=lock, report_id=report.id)
