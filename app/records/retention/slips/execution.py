"""Carry out what was signed, and what takes no visa: one object, or one batch, a transaction; killed anywhere, it goes on where it was."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core import journal
from app.core.access.identity import Identity
from app.core.journal import Event
from app.core.now import utcnow
from app.records.retention import queries as rules
from app.records.retention.models import FinalFate, RetentionRule
from app.records.retention.slips import queries, services
from app.records.retention.slips.models import EliminationSlip

#: rows of a transaction
BATCH = 5_000
ELIMINATE = text("select record_eliminate(:slip, :subject)")
PURGE = text("select gone, oldest, newest from retention_purge(:object, :batch)")
ANONYMISE = text("select agent_anonymise(:agent, :label)")


def settle_next(session: Session, identity: Identity, slip_id: int) -> bool:
    """Eliminate the next object of a signed slip, whole; once none is left, close the slip. Return whether there was one."""
    number = queries.next_item(session, slip_id)
    if number is None:
        slip = session.get_one(EliminationSlip, slip_id)
        slip.executed_at = utcnow()
        session.flush()
        return False
    is_gone = session.scalar(ELIMINATE, {"slip": slip_id, "subject": number})
    journal.record(
        session, identity, Event.RECORD_ELIMINATED, slip=slip_id, record=number,
        choice="éliminé" if is_gone else "laissé",
    )  # fmt: skip
    return True


@dataclass(frozen=True, kw_only=True)
class PurgedBatch:
    """What a transaction did by a rule: of how many, which days their delays begin, and whether more may be left."""

    gone: int
    oldest: date | None
    newest: date | None
    is_over: bool


def purge_next(session: Session, identity: Identity, rule: RetentionRule, *, on: date) -> bool:
    """Do what a rule without visa asks of a batch, counted on its slip; return whether more may be left."""
    done = _anonymise_next(session, identity, rule, on=on) if rule.fate is FinalFate.ANONYMISATION else _purge(session, rule)  # fmt: skip
    slip = queries.find_open(session, rule.object)
    if slip is None and not done.gone:
        return False
    if slip is None:
        until = rules.last_due(session, rule, on)
        slip = services.open_slip(session, rule, until=until, takes_visa=False)
    _add(slip, done)
    session.flush()
    if done.gone:
        journal.record(
            session, identity, Event.RECORDS_PURGED, slip=slip.id, rule=rule.object, count=done.gone
        )
    return not done.is_over


def _purge(session: Session, rule: RetentionRule) -> PurgedBatch:
    gone, oldest, newest = session.execute(PURGE, {"object": rule.object, "batch": BATCH}).one()
    return PurgedBatch(gone=gone, oldest=oldest, newest=newest, is_over=gone < BATCH)


def _anonymise_next(
    session: Session, identity: Identity, rule: RetentionRule, *, on: date
) -> PurgedBatch:
    found = rules.first_due(session, rule.object, rules.last_due(session, rule, on), 1)
    if not found:
        return PurgedBatch(gone=0, oldest=None, newest=None, is_over=True)
    number, day = found[0].id, found[0].day
    agent = session.get_one(Agent, number)
    session.execute(ANONYMISE, {"agent": number, "label": f"({agent.administration.label})"})
    session.expire(agent)
    journal.record(session, identity, Event.AGENT_ANONYMISED, agent=number)
    return PurgedBatch(gone=1, oldest=day, newest=day, is_over=False)


def _add(slip: EliminationSlip, done: PurgedBatch) -> None:
    days = (slip.oldest_on, slip.newest_on, done.oldest, done.newest)
    known = [day for day in days if day is not None]
    slip.quantity += done.gone
    slip.oldest_on, slip.newest_on = min(known, default=None), max(known, default=None)
    slip.executed_at = utcnow() if done.is_over else None
