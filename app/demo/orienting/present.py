"""The last weeks of needs, through the services: links, e-mails and the bell are those of people who are at work now."""

import heapq
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Agent
from app.cases import services as cases
from app.cases.queries import get_case
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import at, utcnow
from app.core.work.events import EventKind
from app.demo.orienting.asking import AskedOnce
from app.demo.orienting.invented import habits
from app.demo.orienting.invented.habits import PlannedAnswer
from app.demo.orienting.past import SILENCE
from app.habilitations.queries import identity_of
from app.messages import outbox
from app.messages.models import Announcement, Email
from app.referrals.directory.models import Antenne, Expert
from app.referrals.guichet.following import services as following
from app.referrals.needs import answering, putting, queries, services
from app.referrals.needs.answering import ExpertAnswer
from app.referrals.needs.models import (
    Actor,
    FirmNeed,
    Referral,
    ReferralState,
    Solicitation,
)
from app.referrals.needs.putting import SYSTEM
from app.referrals.needs.services import NewSolicitation

#: e-mails and announcements older than this were sent, and read
NEWS = timedelta(days=2)
Act = Callable[[], None]


@dataclass
class LastWeeks:
    """Acts to come, in the order of time; each commits, so that an interruption loses nothing."""

    until: datetime
    acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    count: int = 0
    planned: set[int] = field(default_factory=set)
    people: Mapping[int, Identity] = field(default_factory=dict)

    def live(self, asked: Sequence[AskedOnce]) -> int:
        """Have these asked, unless they were before a stop, and answered up to now; return how many were."""
        with unit_of_work(SYSTEM) as session:
            known = set(session.scalars(select(Solicitation.created_at)))
            since = min((each.moment for each in asked), default=self.until)
            begun = session.scalars(select(FirmNeed.id).where(FirmNeed.created_at >= since)).all()
            self.people = _people(session, {each.author_id for each in asked if each.author_id})
        self._plan_answers(begun)
        left = [each for each in asked if each.moment not in known]
        for each in left:
            self._plan(each.moment, lambda each=each: self._ask(each))  # type: ignore[misc]
        while self.acts:
            moment, _, act = heapq.heappop(self.acts)
            with at(moment):
                act()
        return len(left)

    def _plan(self, moment: datetime, act: Act) -> None:
        if moment < self.until:
            heapq.heappush(self.acts, (moment, self.count, act))
            self.count += 1

    def _ask(self, each: AskedOnce) -> None:
        who = self.people[each.author_id] if each.author_id else SYSTEM
        with unit_of_work(who) as session:
            number = ask_through(session, who, each.asked)
        with unit_of_work(SYSTEM) as session:
            of_it = select(FirmNeed.id).where(FirmNeed.solicitation_id == number)
            needs = session.scalars(of_it).all()
        self._plan_answers(needs)

    def _plan_answers(self, need_ids: Collection[int]) -> None:
        """Plan what the experts to whom needs were just put make of them."""
        with unit_of_work(SYSTEM) as session:
            for referral in session.scalars(_referrals(need_ids)):
                if referral.id not in self.planned:
                    self.planned.add(referral.id)
                    self._plan_answer(referral)

    def _plan_answer(self, referral: Referral) -> None:
        expert, need = referral.expert, referral.need
        number, need_id, agent_id = referral.id, referral.need_id, expert.agent_id
        key = f"{need.solicitation.siren}-{referral.sent_at.isoformat()}-{need.subject_id}-{expert.email}"
        department = putting.department_of(need, expert.antenne.areas)
        said = habits.answers(
            key, expert=expert.email, sent_at=referral.sent_at, department=department
        )
        # Each answer is a version: those of before a stop are not given again.
        for each in said[referral.version :]:
            self._plan(each.moment, lambda each=each: self._answer(number, need_id, agent_id, each))  # type: ignore[misc]
        if not said and referral.state is ReferralState.TO_TREAT:
            late = habits.expires_at(referral.sent_at, referral.answer_by)
            self._plan(late, lambda: self._expire(number, need_id))

    def _answer(self, number: int, need_id: int, agent_id: int | None, said: PlannedAnswer) -> None:
        who = self.people[agent_id] if agent_id else SYSTEM
        link = None if agent_id else number
        with unit_of_work(who) as session:
            referral = queries.get_referral(session, who, number)
            if referral.state is ReferralState.REVOKED:
                return
            if said.state is ReferralState.TAKEN and referral.taken_at is None:
                services.read_contact(session, who, referral.need.solicitation, referral_id=link)
            told = ExpertAnswer(
                state=said.state, shown=referral.version, reason=said.reason, note=said.note
            )
            actor = Actor.AGENT if agent_id else Actor.LINK
            held = answering.answer(session, who, referral, told, actor=actor)
            if said.message:
                services.write_message(session, who, held.need, said.message, referral_id=link)
        if said.state is ReferralState.NOT_MINE:
            self._plan_answers([need_id])

    def _expire(self, number: int, need_id: int) -> None:
        with unit_of_work(SYSTEM) as session:
            answering.expire(session, number, note=SILENCE)
        self._plan_answers([need_id])


def ask_through(session: Session, who: Identity, asked: NewSolicitation) -> int:
    """Put what a firm asks to the experts, and send the firm its link or tell its accompagnement; return its number."""
    solicitation = services.submit(session, who, asked)
    if asked.case_id is not None:
        details = {"solicitation": solicitation.id, "needs": len(asked.subject_ids)}
        case = get_case(session, who, asked.case_id)
        cases.emit_event(session, who, case, kind=EventKind.REFERRAL_SENT, details=details)
    else:
        with writing_as_system(session, who, reason="Accusé de réception"):
            following.acknowledge(session, solicitation)
    return solicitation.id


def forget_old_mail() -> None:
    """Say of e-mails and announcements of former days that they were sent and read: they would bury those of today."""
    before = utcnow() - NEWS
    old = select(Email).where(Email.created_at < before, Email.due_at.is_not(None))
    with unit_of_work(SYSTEM) as session:
        for email in session.scalars(old.order_by(Email.id)).all():
            with at(email.created_at):
                outbox.settle(session, email.id, None)
        unread = update(Announcement).where(Announcement.created_at < before)
        session.execute(
            unread.where(Announcement.read_at.is_(None)).values(read_at=Announcement.created_at)
        )


def _people(session: Session, authors: Collection[int]) -> Mapping[int, Identity]:
    """Whoever files a need or answers one with an account, as they are allowed today."""
    experts = select(Expert.agent_id).where(Expert.agent_id.is_not(None))
    agents = session.scalars(select(Agent).where(or_(Agent.id.in_(authors), Agent.id.in_(experts))))
    return {agent.id: identity_of(session, agent) for agent in agents.all()}


def _referrals(need_ids: Collection[int]) -> Select[Referral]:
    whole = (
        joinedload(Referral.expert).joinedload(Expert.antenne).joinedload(Antenne.institution),
        joinedload(Referral.need).joinedload(FirmNeed.solicitation),
    )
    return (
        select(Referral).where(Referral.need_id.in_(need_ids)).options(*whole).order_by(Referral.id)
    )
