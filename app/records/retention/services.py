"""Ask that a rule change, decide on what somebody else asked; rehearse what the next night would do."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.keeping.chain import KEPT_MONTHS as JOURNAL_MONTHS
from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import utcnow
from app.core.text.bounds import require_motive
from app.core.text.french import date_fr
from app.records.retention import queries
from app.records.retention.models import (
    LONGEST_REASON,
    FinalFate,
    KeptObject,
    RetentionChange,
    RetentionRehearsal,
    RetentionRule,
)
from app.records.retention.objects import OBJECTS

#: the namespace of the locks of rules and of slips
LOCK = 7_146_207
EXAMPLES = 5
WHY = "Règles de conservation"
TOO_SHORT = "Dites en quelques mots pourquoi : quel texte, quel tableau de gestion."
PENDING = "Un changement de cette règle attend déjà une décision."
SAME = "Rien ne change : modifiez une durée, le sort final ou la base légale."
NOT_ITS_FATE = "Ce sort final n’est pas possible pour cet objet."
OWN = "Une autre personne que celle qui l’a demandé doit le décider."
DECIDED = "Ce changement est déjà décidé."
JOURNAL_FIRST = f"{JOURNAL_MONTHS + 2} mois au moins : le journal nomme les agents {JOURNAL_MONTHS} mois pleins, et rien n’en est réécrit."


@dataclass(frozen=True, kw_only=True)
class AskedRule:
    """The rule as somebody asks that it be."""

    in_use_months: int
    intermediate_months: int
    fate: FinalFate
    basis: str
    reason: str


def ask(
    session: Session, identity: Identity, rule: RetentionRule, asked: AskedRule
) -> RetentionChange:
    """Ask that a rule change: it does once somebody else agrees. Raise `DomainError` on what cannot be."""
    reason = require_motive(asked.reason, field="reason", limit=LONGEST_REASON, too_short=TOO_SHORT)
    _require_possible(rule, asked)
    take_turn(session, LOCK, _place(rule.object))
    if queries.is_asked(session, rule.object):
        raise DomainError(PENDING)
    change = RetentionChange(
        object=rule.object, in_use_months=asked.in_use_months, intermediate_months=asked.intermediate_months,
        fate=asked.fate, basis=asked.basis, reason=reason, asked_by=identity.agent_id,
    )  # fmt: skip
    session.add(change)
    session.flush()
    journal.record(
        session, identity, Event.RETENTION_ASKED, rule=rule.object, retention_change=change.id
    )
    return change


def decide(
    session: Session, identity: Identity, change: RetentionChange, *, is_accepted: bool
) -> None:
    """Decide on what somebody else asked; accepted, the rule is changed, and nothing is done of it before another rehearsal."""
    take_turn(session, LOCK, _place(change.object))
    session.refresh(change)
    if change.decided_at is not None:
        raise DomainError(DECIDED)
    if change.asked_by == identity.agent_id:
        raise DomainError(OWN)
    change.decided_by, change.decided_at, change.is_accepted = identity.agent_id, utcnow(), is_accepted  # fmt: skip
    session.flush()
    if is_accepted:
        with writing_as_system(session, identity, reason=WHY):
            rule = session.get_one(RetentionRule, change.object)
            rule.in_use_months, rule.intermediate_months = change.in_use_months, change.intermediate_months  # fmt: skip
            rule.fate, rule.basis = change.fate, change.basis
            session.flush()
            session.execute(
                delete(RetentionRehearsal).where(RetentionRehearsal.object == change.object)
            )
    journal.record(
        session, identity, Event.RETENTION_DECIDED, rule=change.object, retention_change=change.id,
        choice="confirmé" if is_accepted else "refusé",
    )  # fmt: skip


def rehearse(
    session: Session, rule: RetentionRule, *, on: date, seen_on: date
) -> RetentionRehearsal:
    """Say what would be due on a day, counted, without a text; ``seen_on``: the day when it can be read. For the system."""
    until = queries.last_due(session, rule, on)
    due = queries.count_due(session, rule.object, until)
    found = queries.first_due(session, rule.object, until, EXAMPLES)
    values = {
        "rehearsed_on": seen_on, "until_on": until, "quantity": due.quantity, "oldest_on": due.oldest, "newest_on": due.newest,
        "examples": [_example(row.id, row.day) for row in found],
    }  # fmt: skip
    made = insert(RetentionRehearsal).values(object=rule.object, **values)
    session.execute(made.on_conflict_do_update(index_elements=["object"], set_=values))
    return session.get_one(RetentionRehearsal, rule.object)


def _require_possible(rule: RetentionRule, asked: AskedRule) -> None:
    if asked.fate not in OBJECTS[rule.object].fates:
        raise DomainError(NOT_ITS_FATE, field="fate")
    months = asked.in_use_months + asked.intermediate_months
    if rule.object is KeptObject.AGENT and months < JOURNAL_MONTHS + 2:
        raise DomainError(JOURNAL_FIRST, field="in_use_months")
    held = (rule.in_use_months, rule.intermediate_months, rule.fate, rule.basis)
    if held == (asked.in_use_months, asked.intermediate_months, asked.fate, asked.basis):
        raise DomainError(SAME)


def _example(number: int, day: date) -> str:
    """Return how an object is told: by its number, if it has one, and its day."""
    return f"n° {number}, du {date_fr(day)}" if number else f"du {date_fr(day)}"


def _place(about: KeptObject) -> int:
    return list(KeptObject).index(about) + 1
