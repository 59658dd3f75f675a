"""Two years of needs, lived in order in memory and written at once, by the rules of the services: their routing, states and delays.

Through the services one by one, each need would take some thirty milliseconds and each answer ten: half a minute in all.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.core.now import at, today
from app.demo.orienting.asking import AskedOnce
from app.demo.orienting.invented import habits, names
from app.demo.orienting.invented.habits import PlannedAnswer
from app.demo.orienting.written import Written
from app.referrals.directory.models import Expert
from app.referrals.needs import answering, delays, putting
from app.referrals.needs.models import (
    Actor,
    Cause,
    CheckVerdict,
    DeclineReason,
    FirmNeed,
    NeedState,
    Origin,
    Referral,
    ReferralState,
)
from app.referrals.needs.services import KEPT
from app.referrals.routing.cards import Directory, ExpertCard
from app.referrals.routing.engine import route

#: needs out of a hundred that are taken back; those that wait for the team and that it puts to somebody
WITHDRAWN, PUT_BY_TEAM = 5, 55
#: what the team finds of solicitations, and how many out of a hundred
VERDICTS = (
    (CheckVerdict.RIGHT, 92), (CheckVerdict.DUPLICATE, 3), (CheckVerdict.OUT_OF_SCOPE, 3),
    (CheckVerdict.PRIVATE, 1), (CheckVerdict.ABUSE, 1),
)  # fmt: skip
SILENCE = "Aucune réponse dans les délais."
#: what is done at a moment
Act = Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who is in the history: experts by number, the directory as routing knows it, and who of the team puts a need to somebody."""

    experts: Mapping[int, Expert]
    directory: Directory
    team_id: int


class History:
    """What happened, act after act: each one plans what follows from it."""

    def __init__(self, session: Session, cast: Cast, *, until: datetime) -> None:
        self._session, self._cast, self._until = session, cast, until
        self._of_subject: dict[int, list[ExpertCard]] = {}
        for card in cast.directory.experts.values():
            for subject_id in card.subjects:
                self._of_subject.setdefault(subject_id, []).append(card)
        self._open: Counter[int] = Counter()
        self._acts: list[tuple[datetime, int, Act]] = []
        self._planned = 0
        self.written = Written()

    def live(self, asked: Sequence[AskedOnce]) -> None:
        """Have these asked, and everything that follows from it up to now done, in the order of time."""
        for each in asked:
            self._plan(each.moment, lambda each=each: self._ask(each))  # type: ignore[misc]
        while self._acts:
            moment, _, act = heapq.heappop(self._acts)
            with at(moment):
                act()

    def _plan(self, moment: datetime, act: Act) -> None:
        if moment < self._until:
            heapq.heappush(self._acts, (moment, self._planned, act))
            self._planned += 1

    def _ask(self, each: AskedOnce) -> None:
        needs = self.written.solicitation(each.asked, author_id=each.author_id)
        for need in needs:
            self._put(need, Cause.FIRST)
        draw = self._draw(needs[0], "retrait")
        checked = timedelta(days=draw.uniform(0.2, 2.5))
        verdict = draw.choices([each for each, _ in VERDICTS], [weight for _, weight in VERDICTS])[
            0
        ]
        self._plan(each.moment + checked, lambda: self._check(needs, verdict))
        if draw.randrange(100) < WITHDRAWN:
            after = timedelta(days=draw.uniform(0.1, 12))
            self._plan(each.moment + after, lambda: self._withdraw_by_sender(needs, draw))

    def _put(self, need: FirmNeed, cause: Cause) -> None:
        asked = {referral.expert_id for referral in need.referrals}
        said_no = {each.expert_id for each in need.referrals if each.state in putting.OUT}
        routing = route(
            putting.described(self._session, need), self._directory(need.subject_id, said_no)
        )
        self.written.routing(need, cause, routing)
        for proposal in routing.proposals:
            if proposal.expert_id not in asked:
                self._refer(need, proposal.expert_id, cause, putting.why_of(proposal))
        putting.stand(need)
        if need.state is NeedState.NOBODY:
            self._call_team(need)

    def _refer(
        self, need: FirmNeed, expert_id: int, cause: Cause, why: Mapping[str, object]
    ) -> None:
        expert = self._cast.experts[expert_id]
        department = putting.department_of(need, expert.antenne.areas)
        limit = delays.answer_by(today(), department=department)
        referral = self.written.referral(need, expert, cause=cause, why=why, answer_by=limit)
        self._open[expert_id] += 1
        planned = habits.answers(
            self._key(need, expert.email), expert=expert.email, sent_at=referral.sent_at, department=department
        )  # fmt: skip
        for each in planned:
            self._plan(each.moment, lambda each=each: self._answer(referral, each))  # type: ignore[misc]
        if not planned:
            self._plan(habits.expires_at(referral.sent_at, limit), lambda: self._expire(referral))

    def _answer(self, referral: Referral, said: PlannedAnswer) -> None:
        if referral.state is ReferralState.REVOKED:
            return
        expert = referral.expert
        if said.state is ReferralState.TAKEN and referral.taken_at is None:
            self.written.reading(referral)
        actor = Actor.AGENT if expert.agent_id else Actor.LINK
        self._become(
            referral,
            said.state,
            actor,
            agent_id=expert.agent_id,
            note=said.note,
            reason=said.reason,
        )
        if said.message:
            self.written.message(referral, said.message)
        if said.state is ReferralState.NOT_MINE:
            self._put_again(referral.need, Cause.REFUSED)

    def _expire(self, referral: Referral) -> None:
        if referral.state is ReferralState.TO_TREAT:
            self._become(referral, ReferralState.EXPIRED, Actor.SYSTEM, note=SILENCE)
            self._put_again(referral.need, Cause.EXPIRED)

    def _become(
        self, referral: Referral, state: ReferralState, actor: Actor, *, agent_id: int | None = None, note: str = "",
        reason: DeclineReason | None = None,
    ) -> None:  # fmt: skip
        was_open = referral.is_open
        self.written.change(referral, state, actor=actor, agent_id=agent_id, note=note)
        answering.become(referral, state, reason=reason)
        self._open[referral.expert_id] += referral.is_open - was_open
        putting.stand(referral.need)

    def _put_again(self, need: FirmNeed, cause: Cause) -> None:
        if need.state not in (NeedState.TAKEN, NeedState.HELPED, NeedState.WITHDRAWN):
            self._put(need, cause)

    def _check(self, needs: Sequence[FirmNeed], verdict: CheckVerdict) -> None:
        """Have the team say what it finds of a solicitation, and take back what is not for experts."""
        self.written.verdict(needs[0].solicitation, verdict, by=self._cast.team_id)
        if verdict is not CheckVerdict.RIGHT:
            self._withdraw(needs, verdict.label, Actor.AGENT, self._cast.team_id)

    def _withdraw_by_sender(self, needs: Sequence[FirmNeed], draw: random.Random) -> None:
        solicitation = needs[0].solicitation
        actor = Actor.FIRM if solicitation.origin is Origin.GUICHET else Actor.AGENT
        self._withdraw(needs, draw.choice(names.WITHDRAWALS), actor, solicitation.author_id)

    def _withdraw(
        self, needs: Sequence[FirmNeed], reason: str, actor: Actor, agent_id: int | None
    ) -> None:
        for need in needs:
            if need.state is NeedState.WITHDRAWN:
                continue
            for referral in need.referrals:
                if referral.state not in KEPT:
                    self._open[referral.expert_id] -= referral.is_open
                    self.written.revocation(referral, actor, agent_id=agent_id, reason=reason)
            self.written.withdrawal(need, actor, reason)
            putting.stand(need)

    def _call_team(self, need: FirmNeed) -> None:
        """Have the team put a need that found nobody to somebody who treats it elsewhere; not each time, and some days later."""
        draw = self._draw(need, "équipe")
        others = sorted(card.id for card in self._of_subject.get(need.subject_id, []))
        if others and draw.randrange(100) < PUT_BY_TEAM:
            chosen = draw.choice(others)
            after = timedelta(days=draw.uniform(1, 6))
            self._plan(
                need.solicitation.created_at + after, lambda: self._put_by_team(need, chosen)
            )

    def _put_by_team(self, need: FirmNeed, expert_id: int) -> None:
        asked = {referral.expert_id for referral in need.referrals}
        if need.state is NeedState.NOBODY and expert_id not in asked:
            self._refer(need, expert_id, Cause.TEAM, {})
            putting.stand(need)

    def _directory(self, subject_id: int, said_no: Collection[int]) -> Directory:
        """Those who treat a subject, and the last resort, with what each has open now."""
        known, whole = self._of_subject.get(subject_id, []), self._cast.directory
        last = [whole.experts[each.expert_id] for each in whole.fallbacks]
        cards = {
            card.id: replace(card, load=self._open[card.id], is_archived=card.id in said_no)
            for card in (*known, *last)
        }
        return Directory(
            subjects=whole.subjects, antennes=whole.antennes, experts=cards, fallbacks=whole.fallbacks
        )  # fmt: skip

    def _key(self, need: FirmNeed, more: str) -> str:
        asked = need.solicitation
        return f"{asked.siren}-{asked.created_at.isoformat()}-{need.subject_id}-{more}"

    def _draw(self, need: FirmNeed, why: str) -> random.Random:
        return random.Random(self._key(need, why))  # noqa: S311 - a simulation
