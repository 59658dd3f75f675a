"""Read the rules, what is asked of them, what the next night would do; find what is due."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, exists, select, text
from sqlalchemy.orm import Session, joinedload

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.records.retention.models import (
    KeptObject,
    RetentionChange,
    RetentionRehearsal,
    RetentionRule,
)

#: changes that the page shows
SHOWN = 20
LAST_DUE = text("select (cast(:day as date) - make_interval(months => :months))::date")
COUNT = text(
    "select count(*) as quantity, min(day) as oldest, max(day) as newest from retention_due(:object, :until)"
)
FIRST = text("select id, day from retention_due(:object, :until) order by day, id limit :most")


def get_rule(session: Session, _identity: Identity, code: str) -> RetentionRule:
    """Return the rule of an object, by its code; raise `NotFoundError`."""
    found = session.get(RetentionRule, code) if code in set(KeptObject) else None
    if found is None:
        raise NotFoundError
    return found


def list_rules(session: Session) -> Sequence[RetentionRule]:
    """Return every rule, in the order of `KeptObject`."""
    rules = {rule.object: rule for rule in session.scalars(select(RetentionRule))}
    return [rules[each] for each in KeptObject if each in rules]


def get_change(session: Session, _identity: Identity, change_id: int) -> RetentionChange:
    """Return what was asked of a rule; raise `NotFoundError`."""
    found = session.get(RetentionChange, change_id)
    if found is None:
        raise NotFoundError
    return found


def list_changes(session: Session) -> Sequence[RetentionChange]:
    """Return the changes that were asked, the latest first."""
    return session.scalars(
        select(RetentionChange)
        .options(joinedload(RetentionChange.asker), joinedload(RetentionChange.decider))
        .order_by(RetentionChange.id.desc())
        .limit(SHOWN)
    ).all()


def is_asked(session: Session, about: KeptObject) -> bool:
    """Return whether a change of a rule waits for a decision."""
    waiting = (RetentionChange.object == about, RetentionChange.decided_at.is_(None))
    return bool(session.scalar(select(exists().where(*waiting))))


def list_rehearsals(session: Session) -> Mapping[KeptObject, RetentionRehearsal]:
    """Return what the next night would do, by object; those that nobody rehearsed yet are absent."""
    return {each.object: each for each in session.scalars(select(RetentionRehearsal))}


def last_due(session: Session, rule: RetentionRule, on: date) -> date:
    """Return the last day that is due on a day: what began by then was kept as long as it must be."""
    day: date = session.execute(LAST_DUE, {"day": on, "months": rule.months}).scalar_one()
    return day


def count_due(session: Session, about: KeptObject, until: date) -> Row[Any]:
    """Return how many objects began their delay by a day, with the first and the last of these days. For the system."""
    return session.execute(COUNT, {"object": about, "until": until}).one()


def first_due(session: Session, about: KeptObject, until: date, most: int) -> Sequence[Row[Any]]:
    """Return the number and the day of the first of them. For the system."""
    return session.execute(FIRST, {"object": about, "until": until, "most": most}).all()
