"""Read échéances. Row-level security leaves out those of other networks."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from app.cases.models import Case
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.database.keyset import Key, Page, bounded_count, page_of
from app.core.errors import NotFoundError
from app.core.now import today
from app.deadlines.models import Deadline, DeadlineState

#: an échéance whose day is over for longer is no longer waited for
OVERDUE = timedelta(days=90)
#: the home page shows those of the days to come, as far as this
SOON = timedelta(days=7)
#: the order in which they are due
IN_ORDER: Key = (Deadline.due_on, Deadline.id)


def get_deadline(session: Session, _identity: Identity, deadline_id: int) -> Deadline:
    """Return an échéance with its firm and its people; raise `NotFoundError` outside its audience."""
    found = session.scalar(_whole().where(Deadline.id == deadline_id))
    if found is None:
        raise NotFoundError
    return found


def due_steps(identity: Identity, *, limit: int) -> Select[*tuple[Any, ...]]:
    """Select the échéances that the agent has to do: those due lately, today and soon, the oldest first."""
    number, day, said = Deadline.id, Deadline.due_on, Deadline.what
    due = select(number.label("number"), Deadline.siren, day.label("day"), said.label("said"))
    due = due.where(*_mine(identity), due_between(today() - OVERDUE, today() + SOON))
    return due.order_by(*IN_ORDER).limit(limit)


def due_between(first: date, last: date) -> ColumnElement[bool]:
    """SQL condition: the échéance is due on a day from ``first`` to ``last``."""
    return Deadline.due_on.between(first, last)


def page_of_mine(
    session: Session, identity: Identity, cursor: str | None, *, long_ago: bool = False
) -> Page[Deadline]:
    """Return what the agent has to do, page by page, the oldest first; what was due ``long_ago`` apart."""
    mine = (*_mine(identity), _is_long_ago() if long_ago else Deadline.due_on >= today() - OVERDUE)
    counted = bounded_count(select(Deadline.id).where(*mine))
    statement = _whole().where(*mine)
    return page_of(session, statement, key=IN_ORDER, cursor=cursor, counted=counted).scalars()


def waits_long(session: Session, identity: Identity) -> bool:
    """Return whether something that the agent has to do was due long ago."""
    forgotten = select(Deadline.id).where(*_mine(identity), _is_long_ago())
    return session.scalar(forgotten.limit(1)) is not None


def list_to_do(
    session: Session, identity: Identity, *, until: date, limit: int
) -> Sequence[Deadline]:
    """Return the first échéances that the agent has to do, those due long ago apart."""
    when = due_between(today() - OVERDUE, until)
    statement = select(Deadline).where(*_mine(identity), when)
    return session.scalars(statement.order_by(*IN_ORDER).limit(limit)).all()


def list_of_case(
    session: Session, _identity: Identity, case: Case, *, limit: int
) -> Sequence[Deadline]:
    """Return the échéances of an accompagnement, with what else is to be done of its firm: those to do first, then the last settled."""
    to_do = and_(Deadline.state == DeadlineState.OPEN, Deadline.due_on >= today() - OVERDUE)
    shown = or_(Deadline.case_id == case.id, to_do)
    statement = (
        _whole()
        .where(Deadline.siren == case.siren, shown)
        .order_by(Deadline.state != DeadlineState.OPEN, Deadline.settled_at.desc(), *IN_ORDER)
    )
    return session.scalars(statement.limit(limit)).all()


def list_between(
    session: Session, _identity: Identity, cases: Select[int], days: tuple[date, date], limit: int
) -> Sequence[Deadline]:
    """Return what is to be done in some accompagnements from a day to another, the first ones, the oldest first."""
    to_do = (Deadline.case_id.in_(cases), Deadline.state == DeadlineState.OPEN)
    statement = _whole().where(*to_do, due_between(*days))
    return session.scalars(statement.order_by(*IN_ORDER).limit(limit)).all()


def list_of_firm(
    session: Session, _identity: Identity, siren: str, *, limit: int
) -> Sequence[Deadline]:
    """Return what is to be done of a firm, those due long ago apart, the oldest first."""
    of_firm = (Deadline.siren == siren, Deadline.state == DeadlineState.OPEN)
    statement = _whole().where(*of_firm, Deadline.due_on >= today() - OVERDUE)
    return session.scalars(statement.order_by(*IN_ORDER).limit(limit)).all()


def list_to_do_of(session: Session, case_id: int, agent_ids: Sequence[int]) -> Sequence[Deadline]:
    """Return what some agents have to do in an accompagnement, locked. ``session`` must act for the system."""
    theirs = (Deadline.case_id == case_id, Deadline.assignee_id.in_(agent_ids))
    to_do = select(Deadline).where(*theirs, Deadline.state == DeadlineState.OPEN)
    return session.scalars(to_do.order_by(Deadline.id).with_for_update()).all()


def list_due_steps_of(session: Session, identity: Identity, siren: str) -> Sequence[Deadline]:
    """Return what the agent promised at former visits of a firm for today or before, and has not said done."""
    mine = (*_mine(identity), Deadline.siren == siren, Deadline.visit_id.is_not(None))
    return session.scalars(select(Deadline).where(*mine, Deadline.due_on <= today())).all()


def is_planned_by_others(session: Session, identity: Identity, case_id: int) -> bool:
    """Return whether somebody else planned something in an accompagnement, whoever reads it: their network is not told."""
    planned = (Deadline.case_id == case_id, Deadline.author_id != identity.agent_id)
    with reading_as_system(session, reason="Échéances d’un accompagnement") as connection:
        return connection.scalar(select(Deadline.id).where(*planned).limit(1)) is not None


def find_of_visit(session: Session, visit_id: int) -> Deadline | None:
    """Return the échéance of the next step of a visit."""
    return session.scalar(select(Deadline).where(Deadline.visit_id == visit_id))


def list_to_tell(session: Session) -> Sequence[int]:
    """Return the échéances whose day has come and was not told. ``session`` must act for the system."""
    to_tell = (Deadline.state == DeadlineState.OPEN, Deadline.reminded_at.is_(None))
    statement = select(Deadline.id).where(*to_tell, due_between(today() - OVERDUE, today()))
    return session.scalars(statement.order_by(*IN_ORDER)).all()


def _mine(identity: Identity) -> tuple[ColumnElement[bool], ...]:
    return (Deadline.assignee_id == identity.agent_id, Deadline.state == DeadlineState.OPEN)


def _whole() -> Select[Deadline]:
    people = (
        joinedload(Deadline.author),
        joinedload(Deadline.assignee),
        joinedload(Deadline.settler),
    )
    return select(Deadline).options(
        *people, joinedload(Deadline.network), joinedload(Deadline.company)
    )


def _is_long_ago() -> ColumnElement[bool]:
    return Deadline.due_on < today() - OVERDUE
