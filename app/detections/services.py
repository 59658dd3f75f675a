"""Writing runs, human signals and feedback."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import events, jobs, journal
from app.core.errors import DomainError
from app.core.events import DomainEvent
from app.core.identity import Identity, system_identity
from app.core.now import today, utcnow
from app.core.scope import carry
from app.detections import queries, rule_queries
from app.detections.models import (
    DetectionEntry,
    DetectionFeedback,
    DetectionRun,
    FeedbackReason,
    HumanSignal,
    RunState,
    RunStep,
    SignalSource,
    StepName,
)
from app.models_registry.queries import require_champion

COMMENT_LIMIT = 5_000
#: the namespace of the lock that makes two starts for the same day wait for each other
START_LOCK = 7_146_002


def start_run(
    session: Session,
    identity: Identity,
    *,
    as_of: date,
    trigger: str,
    task: jobs.Task | None = None,
) -> DetectionRun:
    """Write a run and its steps and, with ``task``, defer it: one transaction, all or nothing.

    Raise `DomainError` when no model is in service, when ``as_of`` is to come, or when a run is in
    progress for the same day.
    """
    _demand_startable(session, as_of)
    rules = rule_queries.find_in_force(session, as_of=as_of)
    run = DetectionRun(
        as_of=as_of,
        state=RunState.WAITING,
        trigger=trigger,
        started_by=identity.agent_id,
        model_id=require_champion(session).id,
        rule_set_id=rules.id if rules else None,
        created_at=utcnow(),
        steps=[
            RunStep(position=position, name=name, state=RunState.WAITING, counts={})
            for position, name in enumerate(StepName)
        ],
    )
    session.add(run)
    session.flush()
    journal.record(
        session,
        identity,
        journal.Event.DETECTION_RUN_STARTED,
        run=run.id,
        as_of=as_of,
        trigger=trigger,
    )
    if task is not None:
        jobs.defer(session, task, run_id=run.id)
    return run


def _demand_startable(session: Session, as_of: date) -> None:
    """Refuse a day to come, and a second run of a day; two starts for the same day wait for each other."""
    if as_of > today():
        raise DomainError("La date de détection ne peut pas être dans le futur.", field="as_of")
    session.execute(
        text("select pg_advisory_xact_lock(:space, :day)"),
        {"space": START_LOCK, "day": as_of.toordinal()},
    )
    running = queries.find_unfinished_run(session, as_of=as_of)
    if running is not None:
        raise DomainError(
            f"Une détection au {as_of:%d/%m/%Y} est déjà en cours (n° {running.id}) : "
            "attendez qu’elle se termine.",
            field="as_of",
        )


def flag_firm(
    session: Session, identity: Identity, company: Company, *, source: SignalSource, comment: str
) -> HumanSignal:
    """Flag a firm that the algorithm did not; its confidential data open to its zone at once."""
    if identity.agent_id is None:
        raise DomainError("Seul un agent peut signaler une entreprise.")
    if not comment.strip():
        raise DomainError("Dites en une phrase ce que vous savez.", field="comment")
    if len(comment) > COMMENT_LIMIT:
        raise DomainError(f"Le commentaire dépasse {COMMENT_LIMIT} caractères.", field="comment")
    signal = HumanSignal(
        siren=company.siren,
        departments=company.departments,
        author_id=identity.agent_id,
        source=source,
        comment=comment.strip(),
        created_at=utcnow(),
    )
    session.add(signal)
    session.flush()
    _open_to_zone(session, identity, company)
    journal.record(
        session,
        identity,
        journal.Event.SIGNAL_WRITTEN,
        siren=company.siren,
        signal=signal.id,
        source=source,
    )
    events.emit(
        session,
        identity,
        DomainEvent(
            kind="detections:signal:written",
            siren=company.siren,
            departments=company.departments,
            subject_kind="human_signal",
            subject_id=signal.id,
            occurred_on=today(),
            details={"source": source.value},
        ),
    )
    return signal


def _open_to_zone(session: Session, identity: Identity, company: Company) -> None:
    """Write the day of the first alert, which no agent may write.

    The page the agent returns to already shows what the signal opened, so it cannot wait for a task;
    the transaction acts for the system for this one statement, then for the agent again.
    """
    if company.first_alert_on is not None:
        return
    statement = (
        update(Company)
        .where(Company.siren == company.siren, Company.first_alert_on.is_(None))
        .values(first_alert_on=today())
        .execution_options(synchronize_session=False)
    )
    connection = session.connection()
    carry(connection, system_identity("Signalement humain"))
    connection.execute(statement)
    # On error the transaction is lost, and its rights with it.
    carry(connection, identity)
    session.refresh(company)


def give_feedback(
    session: Session,
    identity: Identity,
    entry: DetectionEntry,
    *,
    is_useful: bool,
    reasons: Sequence[FeedbackReason] = (),
    comment: str = "",
) -> None:
    """Say whether a detection was useful; saying it again replaces what was said."""
    if not is_useful and not reasons:
        raise DomainError(
            "Dites pourquoi cette détection n’est pas utile : choisissez au moins une raison.",
            field="reasons",
        )
    if len(comment) > COMMENT_LIMIT:
        raise DomainError(f"Le commentaire dépasse {COMMENT_LIMIT} caractères.", field="comment")
    former = queries.find_feedback(session, identity, entry)
    values = {
        "is_useful": is_useful,
        "reasons": [] if is_useful else [reason.value for reason in reasons],
        "comment": comment.strip(),
    }
    before = {name: getattr(former, name) for name in values} if former else {}
    statement = insert(DetectionFeedback).values(
        entry_id=entry.id, agent_id=identity.agent_id, updated_at=utcnow(), **values
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["entry_id", "agent_id"], set_={**values, "updated_at": utcnow()}
        )
    )
    session.expire_all()
    journal.record(
        session,
        identity,
        journal.Event.DETECTION_FEEDBACK,
        siren=entry.siren,
        entry=entry.id,
        changes=journal.changes(before, values),
    )


def resume_run(session: Session, identity: Identity, run: DetectionRun, *, task: jobs.Task) -> None:
    """Ask again for a run that failed: it goes on from its first unfinished step."""
    journal.record(
        session, identity, journal.Event.DETECTION_RUN_RESUMED, run=run.id, error=run.error
    )
    run.state = RunState.WAITING
    run.error = None
    jobs.defer(session, task, queueing_lock=f"detections:run:{run.id}", run_id=run.id)
