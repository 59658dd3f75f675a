"""Whose accompagnements an agent may follow: those of whom they read one; row-level security says which."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases.models import Case, CaseMember, CaseState
from app.cases.services import SUBJECT
from app.core.access.identity import Identity
from app.core.database.keyset import bounded_count
from app.core.errors import NotFoundError
from app.core.now import utcnow
from app.network.models import ColleagueFollow, FeedEvent, FollowLevel
from app.network.queries import find_colleague_follow

#: the time over which what to expect is counted
EXPECTED_OVER = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """What may be followed of somebody: their open accompagnements that the reader reads, and what happened there of late."""

    cases: int
    events: int


def get_followable(session: Session, identity: Identity, agent_id: int) -> Agent:
    """Return a colleague who takes part in an open accompagnement that the agent reads, or is followed already; raise `NotFoundError`."""
    agent = session.get(Agent, agent_id)
    is_other = agent is not None and agent.active and agent.id != identity.agent_id
    if agent is None or not is_other:
        raise NotFoundError
    reads_one = session.scalar(select(_of(agent_id).exists()))
    if not reads_one and find_colleague_follow(session, identity, agent_id) is None:
        raise NotFoundError
    return agent


def reads_work_of_followed(session: Session, identity: Identity, event: FeedEvent) -> bool:
    """Return whether the agent reads an open accompagnement of the firm where somebody that they follow takes part."""
    followed = select(ColleagueFollow.followed_id).where(
        ColleagueFollow.agent_id == identity.agent_id, ColleagueFollow.level == FollowLevel.ALL
    )
    case_id = event.subject_id if event.subject_kind == SUBJECT else None
    takes_part = (CaseMember.agent_id.in_(followed), CaseMember.left_at.is_(None))
    cases = select(Case.id).join(CaseMember, CaseMember.case_id == Case.id).where(*takes_part)
    here = and_(Case.siren == event.siren, Case.state != CaseState.TERMINE)
    return session.scalar(select(cases.where(or_(here, Case.id == case_id)).exists())) or False


def what_to_expect(session: Session, _identity: Identity, agent: Agent) -> Colleague:
    """Return how many accompagnements of a colleague the agent reads, and how many events these had, as far as lists are counted."""
    firms = _of(agent.id).with_only_columns(Case.siren)
    since = FeedEvent.occurred_at > utcnow() - EXPECTED_OVER
    events = select(FeedEvent.id).where(FeedEvent.siren.in_(firms), since)
    return Colleague(
        cases=session.scalar(select(func.count()).select_from(_of(agent.id).subquery())) or 0,
        events=session.scalar(bounded_count(events)) or 0,
    )


def _of(agent_id: int) -> Select[int]:
    takes_part = (CaseMember.agent_id == agent_id, CaseMember.left_at.is_(None))
    cases = select(Case.id).join(CaseMember, CaseMember.case_id == Case.id)
    return cases.where(*takes_part, Case.state != CaseState.TERMINE)
