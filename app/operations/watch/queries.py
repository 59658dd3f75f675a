"""Read the service: a dozen bounded statements and the size of a disk."""

import shutil
from datetime import timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.audit.keeping import queries as keeping
from app.companies.models import SourceFreshness
from app.core.journal import Event, JournalEntry
from app.core.now import utcnow
from app.detections.drift.queries import find_last_report
from app.detections.models import DetectionRun, RunState
from app.imports.models import Batch, BatchState
from app.imports.queries import find_last_batch
from app.messages.alarms import LATE_AFTER
from app.messages.models import Email
from app.models_registry.queries import find_champion
from app.operations import queries as kept
from app.operations.health.queries import parts
from app.operations.models import BackupState, DrillState
from app.operations.watch.models import WatchedThing
from app.operations.watch.readings import (
    EntriesReading,
    ImportsReading,
    KeptReading,
    MailReading,
    ProcessesReading,
    QueueReading,
    Readings,
    RoomReading,
    RunReading,
    SealsReading,
    SourceReading,
    WorkReading,
)
from config import Config
from scoring.vocabulary import USUAL_LAGS

#: how far back failed tasks are counted, and entries
FAILED_SINCE = timedelta(days=1)
ENTRIES_SINCE = timedelta(hours=1)
_QUEUES = text(
    "select j.task_name, count(*), coalesce(extract(epoch from now() - min(e.at)), 0) from procrastinate_jobs j"
    " join procrastinate_events e on e.job_id = j.id and e.type in ('deferred', 'deferred_for_retry', 'scheduled')"
    " where j.status = 'todo' and coalesce(j.scheduled_at, now()) <= now() group by 1 order by 1"
)
# Through the index of the jobs that failed: those that were done are millions.
_FAILED = text(
    "select count(*) from procrastinate_jobs j where j.status = 'failed' and exists (select from procrastinate_events e"
    " where e.job_id = j.id and e.type = 'failed' and e.at > :since)"
)
_CONNECTIONS = text(
    "select (select count(*) from pg_stat_activity where backend_type = 'client backend'),"
    " current_setting('max_connections')::int"
)


def read(session: Session, config: Config) -> Readings:
    """Return what the service is like now. ``session`` must act for the system."""
    return Readings(
        moment=utcnow(),
        processes=_processes(session),
        work=_work(session),
        mail=_mail(session),
        imports=_imports(session),
        run=_run(session),
        entries=_entries(session),
        seals=_seals(session),
        kept=_kept(session),
        room=_room(session, config),
        backup_hours=config.backup_hours,
        homologated_until=config.homologation_until,
    )


def list_things(session: Session) -> dict[str, WatchedThing]:
    """Return each watched thing as it was last found, by code."""
    return {thing.code: thing for thing in session.scalars(select(WatchedThing))}


def _processes(session: Session) -> ProcessesReading:
    up = parts(session)
    return ProcessesReading(tables=up["migrations"], clock=up["horloge"], worker=up["travaux"])


def _work(session: Session) -> WorkReading:
    queues = tuple(
        QueueReading(task=task, waiting=count, seconds=float(seconds))
        for task, count, seconds in session.execute(_QUEUES)
    )
    failed = session.scalar(_FAILED, {"since": utcnow() - FAILED_SINCE}) or 0
    return WorkReading(queues=queues, failed=failed)


def _mail(session: Session) -> MailReading:
    due = Email.due_at.is_not(None)
    counts = select(
        func.count().filter(due),
        func.count().filter(due, Email.attempts >= LATE_AFTER),
        func.count().filter(Email.given_up_at.is_not(None), Email.trouble.is_not(None)),
    ).where(Email.sent_at.is_(None))
    waiting, late, given_up = session.execute(counts).one()
    return MailReading(waiting=waiting, late=late, given_up=given_up)


def _imports(session: Session) -> ImportsReading:
    published = select(
        SourceFreshness.source, SourceFreshness.label, SourceFreshness.month, Batch.published_at
    ).outerjoin(Batch, Batch.id == SourceFreshness.batch_id)
    sources = tuple(
        SourceReading(
            source=row.source, label=row.label, month=row.month, published_at=row.published_at,
            usual=USUAL_LAGS.get(row.source),
        )
        for row in session.execute(published.order_by(SourceFreshness.source))
    )  # fmt: skip
    last = find_last_batch(session)
    waiting = select(func.count()).where(Batch.state == BatchState.WAITING)
    return ImportsReading(
        sources=sources,
        is_refused=last is not None and last.state is BatchState.FAILED,
        undecided=session.scalar(waiting) or 0,
    )


def _run(session: Session) -> RunReading:
    last = session.scalar(select(DetectionRun).order_by(DetectionRun.id.desc()).limit(1))
    report = find_last_report(session)
    is_of_last = report is not None and last is not None and report.run_id == last.id
    over = last.finished_at - last.created_at if last and last.finished_at else None
    return RunReading(
        has_model=find_champion(session) is not None,
        is_failed=last is not None and last.state is RunState.FAILED,
        as_of=last.as_of if last else None,
        began_at=last.created_at if last else None,
        seconds=over.total_seconds() if over is not None else None,
        drift=report.verdict.value if report else None,
        is_held_back=report is not None and is_of_last and report.is_blocking,
    )


def _entries(session: Session) -> EntriesReading:
    events = (Event.ACCOUNT_SIGNED_IN, Event.ACCOUNT_REFUSED)
    is_recent = JournalEntry.recorded_at > utcnow() - ENTRIES_SINCE
    counts = (
        select(JournalEntry.event, func.count())
        .where(JournalEntry.event.in_([event.value for event in events]), is_recent)
        .group_by(JournalEntry.event)
    )
    found: dict[str, int] = dict(session.execute(counts).all())
    opened, refused = (found.get(event.value, 0) for event in events)
    return EntriesReading(opened=opened, refused=refused)


def _seals(session: Session) -> SealsReading:
    last = keeping.find_last_seal(session)
    first = None if last else keeping.find_first_day(session)
    return SealsReading(sealed=last.day if last else None, first=first)


def _kept(session: Session) -> KeptReading:
    tries, drills = kept.list_backups(session), kept.list_drills(session)
    proof = kept.find_last_proof(session)
    ended = next((drill for drill in drills if drill.is_over), None)
    return KeptReading(
        made_at=kept.find_last_moment(session),
        is_failed=bool(tries) and tries[0].state is BackupState.FAILED,
        proved_at=proof.ended_at if proof else None,
        is_drill_failed=ended is not None and ended.state is DrillState.FAILED,
        restored_in=proof.seconds if proof else None,
    )


def _room(session: Session, config: Config) -> RoomReading:
    disk = shutil.disk_usage(config.home)
    used, most = session.execute(_CONNECTIONS).one()
    return RoomReading(free=disk.free, size=disk.total, connections=used, most_connections=most)
