"""Read whom firms are given to, and to whom they may be given."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.accounts.models import Agent
from app.cases.assignments.models import FirmAssignment
from app.cases.models import Case, CaseMember
from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.tables import day_of
from app.core.errors import NotFoundError
from app.habilitations.models import Membership

#: the mark of the firms given to whoever reads
GIVEN_TO_ME = "given_to_me"
#: colleagues offered: a network of more is not a team
OFFERED = 300


@dataclass(frozen=True, kw_only=True)
class FollowedUp:
    """Who follows a firm up: its accompagnements, open ones first, then latest first; and to whom it is given, if it is."""

    cases: Sequence[Case]
    assignment: FirmAssignment | None


def find_follow_up(session: Session, _identity: Identity, siren: str, *, limit: int) -> FollowedUp:
    """Return the first accompagnements of the firm's establishments, with members and outcomes, and to whom it is given."""
    order = (Case.closed_on.is_not(None), Case.opened_on.desc(), Case.id.desc())
    first = (
        select(Case)
        .where(Case.siren == siren, Case.deleted_at.is_(None))
        .order_by(*order)
        .limit(limit)
        .subquery()
    )
    case = aliased(Case, first)
    statement = (
        select(case, FirmAssignment)
        .select_from(Company)
        .outerjoin(case, case.siren == Company.siren)
        .outerjoin(
            FirmAssignment,
            and_(FirmAssignment.siren == Company.siren, FirmAssignment.ended_at.is_(None)),
        )
        .where(Company.siren == siren)
        .options(
            selectinload(case.members).joinedload(CaseMember.agent),
            selectinload(case.outcomes),
            joinedload(FirmAssignment.agent),
        )
        .order_by(case.closed_on.is_not(None), case.opened_on.desc(), case.id.desc())
    )
    rows = session.execute(statement).all()
    given = next((row[1] for row in rows), None)
    return FollowedUp(cases=[row[0] for row in rows if row[0] is not None], assignment=given)


def get_assignment(session: Session, _identity: Identity, assignment_id: int) -> FirmAssignment:
    """Return what was given within reach, ended or not; raise `NotFoundError`."""
    given = session.get(FirmAssignment, assignment_id)
    if given is None:
        raise NotFoundError
    return given


def given_to(identity: Identity, *, limit: int) -> Select[*tuple[Any, ...]]:
    """Select the firms given to the agent, the oldest first: since which day, and by whom."""
    given, giver = FirmAssignment, Agent.first_name + " " + Agent.last_name
    day = day_of(given.assigned_at)
    mine = select(given.id.label("number"), given.siren, day.label("day"), giver.label("said"))
    mine = mine.join(Agent, Agent.id == given.assigned_by)
    mine = mine.where(given.agent_id == identity.agent_id, given.ended_at.is_(None))
    return mine.order_by(given.assigned_at, given.id).limit(limit)


def list_colleagues(session: Session, identity: Identity) -> Sequence[Agent]:
    """Return the active members of the agent's own network, the agent included, by name."""
    mine = select(Membership.agent_id).where(Membership.network_id == identity.own_network_id)
    statement = select(Agent).where(Agent.id.in_(mine), Agent.active, Agent.suspended_at.is_(None))
    order = (Agent.last_name, Agent.first_name, Agent.id)
    return session.scalars(statement.order_by(*order).limit(OFFERED)).all()


def list_in_force(
    session: Session, _identity: Identity, sirens: Sequence[str]
) -> Sequence[FirmAssignment]:
    """Return to whom some firms are given."""
    statement = select(FirmAssignment).options(joinedload(FirmAssignment.agent))
    these = (FirmAssignment.siren.in_(sirens), FirmAssignment.ended_at.is_(None))
    return session.scalars(statement.where(*these)).all()


def is_given(_identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition of a mark: the firm of the row is given to somebody."""
    return exists().where(FirmAssignment.siren == siren, FirmAssignment.ended_at.is_(None))


def is_given_to_me(identity: Identity, siren: ColumnElement[str]) -> ColumnElement[bool]:
    """SQL condition of a mark: the firm of the row is given to whoever reads."""
    mine = FirmAssignment.agent_id == identity.agent_id
    return exists().where(FirmAssignment.siren == siren, FirmAssignment.ended_at.is_(None), mine)
