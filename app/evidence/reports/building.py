"""A report, from its first unfinished step to its end: killed anywhere and restarted, it is made exactly once."""

import hashlib
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import system_identity
from app.core.database import locks
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import told
from app.core.now import machine_time
from app.evidence.publications import freezing, orientation
from app.evidence.publications.periods import ReportPeriod
from app.evidence.reports import queries
from app.evidence.reports.content import ComparedPeriods, ReportContent, content_of
from app.evidence.reports.documents import open_data, pdf_file, text_file, workbook_file
from app.evidence.reports.models import (
    ConventionReport,
    ReportFile,
    ReportFormat,
    ReportState,
    ReportStep,
)

ACTOR = system_identity("Bilans de la convention")
#: the namespace of the locks that keep two workers off one report
LOCK = 7_146_062
ERROR_LENGTH = 2_000
Part = Callable[[Session, ConventionReport], None]


def run(report_id: int) -> None:
    """Finish a report; do nothing for a finished one.

    Raise `BusyError` when another process is making it, `DomainError` when a person must fix something, and any error that
    stopped it; the report records it.
    """
    with locks.exclusive(LOCK, report_id):
        for step in ReportStep:
            with unit_of_work(ACTOR) as session:
                parts = _begin(session, report_id, step)
            if parts:
                _execute(report_id, step, parts)


def _begin(session: Session, report_id: int, step: ReportStep) -> Sequence[Part]:
    """Return the parts of ``step`` if the report is at it, and mark it as in progress."""
    report = queries.get_report(session, report_id)
    if report.state is ReportState.DONE or report.step is not step:
        return ()
    parts = _parts(step, report)
    report.state, report.error, report.finished_at = ReportState.RUNNING, None, None
    report.done, report.total = 0, len(parts)
    report.started_at = report.started_at or machine_time()
    return parts


def _parts(step: ReportStep, report: ConventionReport) -> Sequence[Part]:
    """What a step does, one transaction each: a part that is done already does nothing."""
    if step is ReportStep.WRITE:
        formats = [kind for kind in ReportFormat if report.is_of_country or not kind.is_open]
        return [_writing(kind) for kind in formats]
    act = freezing.count if step is ReportStep.COUNT else freezing.freeze
    return [_freezing(act, part) for part in (*report.of.previous.parts, *report.of.parts)]


def _execute(report_id: int, step: ReportStep, parts: Sequence[Part]) -> None:
    try:
        for done, part in enumerate(parts, 1):
            with unit_of_work(ACTOR) as session:
                report = queries.get_report(session, report_id)
                part(session, report)
                report.done = done
                if done == len(parts):
                    _end(session, report, step)
    except Exception as error:
        with unit_of_work(ACTOR) as session:
            report = queries.get_report(session, report_id)
            report.state, report.finished_at = ReportState.FAILED, machine_time()
            report.error = told(error)[:ERROR_LENGTH]
        raise


def _end(session: Session, report: ConventionReport, step: ReportStep) -> None:
    steps = list(ReportStep)
    if step is not steps[-1]:
        report.step = steps[steps.index(step) + 1]
        return
    report.state, report.finished_at = ReportState.DONE, machine_time()
    session.flush()
    written = queries.list_files(session, report.id)
    digests = {file.format.value: file.sha256 for file in written}
    journal.record(
        session, ACTOR, journal.Event.REPORT_BUILT,
        report=report.id, period=report.period, region=report.region, sha256=digests,
    )  # fmt: skip


def _freezing(act: Callable[..., None], period: ReportPeriod) -> Part:
    return lambda session, _report: act(session, ACTOR, period)


def _writing(kind: ReportFormat) -> Part:
    def write(session: Session, report: ConventionReport) -> None:
        if kind in {file.format for file in queries.list_files(session, report.id)}:
            return
        content = WRITERS[kind](_told(session, report), report.region)
        session.add(
            ReportFile(
                report_id=report.id, format=kind, content=content, size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
        )  # fmt: skip

    return write


def _told(session: Session, report: ConventionReport) -> ComparedPeriods:
    now, before = (
        queries.find_period(session, each.code) for each in (report.of, report.of.previous)
    )
    if now is None or before is None:
        raise RuntimeError(f"report {report.id} has no frozen figures")
    return ComparedPeriods(
        now=now, before=before, orientation=orientation.told(session, ACTOR, report.of)
    )


def _from_content(
    write: Callable[[ReportContent], bytes],
) -> Callable[[ComparedPeriods, str | None], bytes]:
    return lambda figures, region: write(content_of(figures, region=region))


WRITERS: dict[ReportFormat, Callable[[ComparedPeriods, str | None], bytes]] = {
    ReportFormat.PDF: _from_content(pdf_file.pdf_of),
    ReportFormat.DOCX: _from_content(text_file.text_of),
    ReportFormat.XLSX: _from_content(workbook_file.workbook_of),
    ReportFormat.CSV: lambda figures, _region: open_data.lines_of(figures.now),
    ReportFormat.DICTIONARY: lambda _figures, _region: open_data.dictionary(),
}
