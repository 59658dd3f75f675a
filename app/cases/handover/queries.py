"""Read what a référent may hand over, and what was proposed to whom. Row-level security leaves the handovers of others out."""

from collections.abc import Sequence

from sqlalchemy import Row, Select, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Agent
from app.cases.handover.models import Handover, HandoverLine, HandoverOutcome, HandoverState
from app.cases.models import Case, CaseMember, CaseState, MemberRole
from app.companies.models import Company
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.habilitations.absences.models import Absence
from app.habilitations.absences.queries import is_away
from app.habilitations.queries import is_at_work
from app.network.comments.readers import Texts, accompanies, reaches

#: accompagnements handed over at once, and handovers that a page shows
PORTFOLIO, SHOWN = 300, 20


def get_handover(session: Session, _identity: Identity, handover_id: int) -> Handover:
    """Return a handover with its people; raise `NotFoundError` for whoever it does not name."""
    handover = session.scalar(_whole().where(Handover.id == handover_id))
    if handover is None:
        raise NotFoundError
    return handover


def get_leaver(session: Session, identity: Identity, agent_id: int) -> Agent:
    """Return somebody of the agent's administration who is no longer at work, or is away; raise `NotFoundError` for anybody else."""
    mine = select(Agent.administration).where(Agent.id == identity.agent_id).scalar_subquery()
    away = exists().where(Absence.agent_id == Agent.id, is_away())
    left = (Agent.id == agent_id, Agent.administration == mine, or_(~is_at_work(), away))
    with reading_as_system(session, reason="Agent parti") as connection:
        known = connection.scalar(select(Agent.id).where(*left))
    agent = session.get(Agent, known) if known is not None else None
    if agent is None:
        raise NotFoundError
    return agent


def list_portfolio(
    session: Session, _identity: Identity, agent_id: int
) -> Sequence[Row[Case, Company]]:
    """Return the open accompagnements, within reach, of which an agent is a référent, with their firm, by name."""
    theirs = select(CaseMember.case_id).where(
        CaseMember.agent_id == agent_id,
        CaseMember.role == MemberRole.REFERENT,
        CaseMember.left_at.is_(None),
    )
    statement = select(Case, Company).join(Company, Company.siren == Case.siren)
    statement = statement.where(Case.id.in_(theirs), Case.state != CaseState.TERMINE)
    return session.execute(statement.order_by(Company.name, Case.id).limit(PORTFOLIO)).all()


def list_leaders(session: Session, identity: Identity, case: Case) -> Sequence[Agent]:
    """Return who may be asked to lead an accompagnement besides the agent: those who take part, colleagues, then other administrations."""
    mine = select(Agent.administration).where(Agent.id == identity.agent_id).scalar_subquery()
    texts = Texts(siren=case.siren, departments=[case.department])
    near = (~accompanies(case.siren), Agent.administration != mine, Agent.administration)
    order = (*near, Agent.last_name, Agent.first_name, Agent.id)
    others = select(Agent.id).where(reaches(texts), Agent.id != identity.agent_id)
    with reading_as_system(session, reason="Qui peut reprendre un accompagnement") as connection:
        numbers = list(connection.scalars(others.order_by(*order).limit(PORTFOLIO)))
    people = {each.id: each for each in session.scalars(select(Agent).where(Agent.id.in_(numbers)))}
    return [people[number] for number in numbers if number in people]


def list_proposed(session: Session, former_id: int, case_ids: Sequence[int]) -> frozenset[int]:
    """Return those of some accompagnements of a référent that somebody is already asked to take, whoever asked."""
    waiting = select(HandoverLine.case_id).join(Handover, Handover.id == HandoverLine.handover_id)
    waiting = waiting.where(Handover.state == HandoverState.PROPOSED)
    theirs = waiting.where(Handover.former_id == former_id, HandoverLine.case_id.in_(case_ids))
    with reading_as_system(session, reason="Transmissions en attente") as connection:
        return frozenset(connection.scalars(theirs))


def list_mine(session: Session, _identity: Identity) -> Sequence[Handover]:
    """Return the latest handovers that name the agent, those without answer first."""
    order = (Handover.state != HandoverState.PROPOSED, Handover.id.desc())
    return session.scalars(_whole().order_by(*order).limit(SHOWN)).all()


def count_asked(session: Session, identity: Identity) -> int:
    """Return how many handovers wait for the agent's answer."""
    asked = (Handover.taker_id == identity.agent_id, Handover.state == HandoverState.PROPOSED)
    return len(session.scalars(select(Handover.id).where(*asked).limit(SHOWN)).all())


def list_lines(session: Session, handover: Handover) -> Sequence[HandoverLine]:
    """Return the lines of a handover, as they are now."""
    theirs = select(HandoverLine).where(HandoverLine.handover_id == handover.id)
    fresh = theirs.order_by(HandoverLine.case_id).execution_options(populate_existing=True)
    return session.scalars(fresh).all()


def list_cases(
    session: Session, handover: Handover
) -> Sequence[Row[Case, Company, HandoverOutcome | None]]:
    """Return the accompagnements of a handover that whoever asks reads, with their firm and what became of them."""
    statement = (
        select(Case, Company, HandoverLine.outcome)
        .join(HandoverLine, HandoverLine.case_id == Case.id)
        .join(Company, Company.siren == Case.siren)
        .where(HandoverLine.handover_id == handover.id)
    )
    return session.execute(statement.order_by(Company.name, Case.id)).all()


def _whole() -> Select[Handover]:
    people = (Handover.former, Handover.taker, Handover.asker)
    return select(Handover).options(*map(joinedload, people))
