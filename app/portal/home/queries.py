"""Read what firms ask of an agent, what they did of the alerts of their home page, and what a team is at."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
    values,
)
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases.assignments.queries import given_to
from app.cases.models import Case, CaseMember, CaseState, MemberRole
from app.cases.queries import QUIET
from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import COUNTED, PAGE_SIZE
from app.core.database.tables import current_day
from app.core.now import utcnow
from app.deadlines.queries import due_steps
from app.detections.lists.marks import find_mark
from app.detections.lists.queries import current_list_id
from app.detections.models import DetectionEntry
from app.detections.panels import UNTOUCHED
from app.network.models import FeedEvent, Follow
from app.portal.home.models import HandledAlert

#: the mark of the alerts that the reader has not handled
UNHANDLED = "unhandled"
#: what firms ask: an échéance, or to be looked at for whoever gave it
STEP, GIVEN = "step", "given"
#: accompagnements without news, and parts in accompagnements, are counted up to here
QUIET_COUNTED, LOAD_COUNTED = PAGE_SIZE, COUNTED
#: a zone of more départements is read over the whole country
FEW_PLACES = 20


def is_unhandled(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition: the agent has neither handled the alert that the current list gives of the firm, nor put it aside for later."""
    is_away = or_(HandledAlert.until.is_(None), HandledAlert.until > current_day())
    return ~exists().where(
        HandledAlert.agent_id == identity.agent_id,
        HandledAlert.siren == siren,
        HandledAlert.list_id == current_list_id(),
        is_away,
    )


def list_back(session: Session, identity: Identity, *, limit: int) -> Sequence[str]:
    """Return the firms whose alert the agent had put aside until today or before, and that nobody contacted since."""
    mine = (HandledAlert.agent_id == identity.agent_id, HandledAlert.until <= current_day())
    mark = find_mark(UNTOUCHED)
    untouched = (mark.condition(identity, HandledAlert.__table__.c.siren),) if mark else ()
    back = select(HandledAlert.siren).where(*mine, *untouched)
    return session.scalars(back.order_by(HandledAlert.until, HandledAlert.siren).limit(limit)).all()


def find_handled(session: Session, identity: Identity, siren: str) -> HandledAlert | None:
    """Return what the agent did of the last alert of the firm, if anything."""
    return session.get(HandledAlert, (identity.agent_id, siren), populate_existing=True)


def list_followed(session: Session, identity: Identity, sirens: Collection[str]) -> frozenset[str]:
    """Return those of the firms that the agent follows."""
    if not sirens:
        return frozenset()
    mine = select(Follow.siren).where(Follow.agent_id == identity.agent_id)
    return frozenset(session.scalars(mine.where(Follow.siren.in_(sirens))))


def is_listed(session: Session, _identity: Identity, siren: str) -> bool:
    """Return whether the current list says anything of the firm that the agent may read."""
    entry = exists().where(
        DetectionEntry.list_id == current_list_id(), DetectionEntry.siren == siren
    )
    return bool(session.scalar(select(entry)))


def list_asked(
    session: Session, identity: Identity, *, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return what firms ask of the agent, ``kind`` by ``kind``, the oldest first, with the firm's name: échéances, then firms given to
    them; at most ``limit`` of each, and one more when there are others.
    """
    kinds = {STEP: due_steps(identity, limit=limit + 1), GIVEN: given_to(identity, limit=limit + 1)}
    parts = [
        select(literal(kind, Text).label("kind"), each.subquery()) for kind, each in kinds.items()
    ]
    every = union_all(*parts).subquery()
    statement = select(every, Company.name).join(Company, Company.siren == every.c.siren)
    return session.execute(
        statement.order_by(every.c.kind == GIVEN, every.c.day, every.c.number)
    ).all()


def list_quiet(
    session: Session, identity: Identity, *, limit: int
) -> Sequence[Row[int, str, Any, int]]:
    """Return the open accompagnements of the zone where nothing happened for `QUIET`, the longest first, and in ``total`` how many;
    `QUIET_COUNTED` + 1 beyond.
    """
    since = utcnow() - QUIET
    told = exists().where(FeedEvent.siren == Case.siren, FeedEvent.occurred_at > since)
    quiet = select(Case.id, Case.siren, Case.updated_at).where(
        Case.state != CaseState.TERMINE, Case.updated_at < since, ~told
    )
    first = _oldest(identity, quiet).subquery()
    statement = (
        select(first.c.id, Company.name, first.c.updated_at, func.count().over().label("total"))
        .join(Company, Company.siren == first.c.siren)
        .order_by(first.c.updated_at, first.c.id)
    )
    return session.execute(statement.limit(limit)).all()


def list_loads(
    session: Session, identity: Identity, *, limit: int
) -> Sequence[Row[Agent, int, int, int]]:
    """Return those who take part in the most open accompagnements of the zone: in how many, as référent in how many.

    ``counted``: how many parts were looked at, `LOAD_COUNTED` + 1 when there are more.
    """
    parts = (
        select(CaseMember.agent_id, CaseMember.role)
        .join(Case, Case.id == CaseMember.case_id)
        .where(
            Case.department.in_(identity.departments),
            Case.state != CaseState.TERMINE,
            CaseMember.left_at.is_(None),
        )
        .limit(LOAD_COUNTED + 1)
        .subquery()
    )
    load, refers = func.count(), func.count().filter(parts.c.role == MemberRole.REFERENT)
    statement = (
        select(
            Agent, load.label("load"), refers.label("refers"),
            func.sum(func.count()).over().label("counted"),
        )
        .join(parts, parts.c.agent_id == Agent.id)
        .group_by(Agent.id)
        .order_by(load.desc(), Agent.last_name, Agent.id)
    )  # fmt: skip
    return session.execute(statement.limit(limit)).all()


def _oldest(identity: Identity, quiet: Select[int, str, Any]) -> Select[*tuple[Any, ...]]:
    """The first ones of each département of the zone, or of the country."""
    order, size = (Case.updated_at, Case.id), QUIET_COUNTED + 1
    zone = identity.departments
    if len(zone) > FEW_PLACES:
        return quiet.order_by(*order).limit(size)
    place = values(column("place", Text()), name="places").data([(code,) for code in zone])
    there = quiet.where(Case.department == place.c.place).order_by(*order).limit(size)
    each = there.correlate(place).lateral()
    every = select(each).select_from(place.join(each, true()))
    return every.order_by(each.c.updated_at, each.c.id).limit(size)
