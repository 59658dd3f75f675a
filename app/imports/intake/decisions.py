"""Carry out a person's decision on a batch: in a worker, or immediately at the command line."""

from pathlib import Path

from app.core.access.identity import Identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.imports import queries, services
from app.imports.intake import faults, pipeline
from app.imports.models import Decision
from app.imports.publication import publish
from app.imports.publication.place import lake_of
from scoring.data.lake import Lake


def carry_out(identity: Identity, *, decision_id: int, home: Path) -> None:
    """Carry out a decision once; calling again changes nothing.

    Waits for the running import, if any. A failure is shown on the page of the batch and raised; the
    decision may then be taken again.
    """
    lake = lake_of(home)
    with publish.alone(lake.root, waits=True), faults.explained():
        publish.settle_alone(identity, lake=lake)
        with unit_of_work(identity) as session:
            decision = queries.get_decision(session, decision_id)
            is_done, kind, batch_id = decision.done_at is not None, decision.kind, decision.batch_id
        if is_done:
            return
        try:
            if kind is Decision.REPLAY:
                _replay(identity, decision_id=decision_id, batch_id=batch_id, home=home)
            else:
                _apply(identity, kind, lake=lake, batch_id=batch_id)
        except Exception as failure:
            message = failure.message if isinstance(failure, DomainError) else None
            _give_up(identity, decision_id, message or faults.sentence(failure) or services.BROKEN)
            raise


def _apply(identity: Identity, kind: Decision, *, lake: Lake, batch_id: str) -> None:
    match kind:
        case Decision.PUBLISH:
            publish.publish(identity, lake=lake, batch_id=batch_id)
        case Decision.ROLLBACK:
            publish.withdraw(identity, lake=lake, batch_id=batch_id)
        case Decision.ABANDON:
            with unit_of_work(identity) as session:
                services.abandon_batch(session, identity, batch_id=batch_id)
            lake.discard(batch_id)


def _give_up(identity: Identity, decision_id: int, error: str) -> None:
    with unit_of_work(identity) as session:
        services.close_decision(queries.get_decision(session, decision_id), error=error)


def _replay(identity: Identity, *, decision_id: int, batch_id: str, home: Path) -> None:
    """Read the originals again; a replay that a killed worker had finished is not repeated."""
    with unit_of_work(identity) as session:
        decision = queries.get_decision(session, decision_id)
        done = queries.find_replay(session, batch_id, since=decision.asked_at)
        asked_by, is_done = decision.agent_id, done is not None
    if not is_done:
        outcome = pipeline.replay(identity, batch_id=batch_id, home=home, started_by=asked_by)
        if outcome.error:
            raise DomainError(outcome.error)
    with unit_of_work(identity) as session:
        services.close_decision(queries.get_decision(session, decision_id))
