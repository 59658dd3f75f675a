"""What an expert makes of a need, and when: some answer the same day, some never. Pure, and the same each time."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.core.now import PARIS, day_of
from app.core.working_days import days_after
from app.demo.orienting.invented import names
from app.referrals.needs.delays import TO_ANSWER
from app.referrals.needs.models import DeclineReason, ReferralState

#: what becomes of a need that an expert answers: taken in charge, refused; the rest expires
TAKEN, REFUSED = 0.68, 0.17
#: how one that was taken in charge ends
ENDS = ((ReferralState.HELPED, 65), (ReferralState.NO_HELP, 19), (ReferralState.UNREACHABLE, 16))
#: after how many working days; how many out of a hundred are forgotten, until the team asks
IN_TIME, LATE, FORGOTTEN = (1, 24), (32, 50), 7
#: of those who could not be reached, how many are after all
REACHED = 0.25
#: how many of those who take a need in charge write in its thread
WRITES = 0.25
FIRST_HOUR, LAST_HOUR = 8, 18
#: experts out of so many who answer little
SLOW = 9


@dataclass(frozen=True, kw_only=True)
class PlannedAnswer:
    """What an expert answers, when; ``message``: what they write in the thread as well."""

    moment: datetime
    state: ReferralState
    reason: DeclineReason | None = None
    note: str = ""
    message: str = ""


def answers(key: str, *, expert: str, sent_at: datetime, department: str) -> Sequence[PlannedAnswer]:  # fmt: skip
    """Return what an expert answers to a need that is put to them, in order; nothing when they let it expire.

    ``key`` names the need and the expert: the same draw each time.
    """
    draw = random.Random(key)  # noqa: S311 - invented answers
    is_slow = sum(map(ord, expert)) % SLOW == 0
    waited = int(draw.expovariate(1 / (6 if is_slow else 2.2)))
    chance = draw.random() * (1.6 if is_slow else 1)
    if waited >= TO_ANSWER or chance >= TAKEN + REFUSED:
        return ()
    moment = _moment(draw, sent_at, waited, department)
    if chance >= TAKEN:
        reason, note = draw.choice(names.REASONS)
        return (
            PlannedAnswer(moment=moment, state=ReferralState.NOT_MINE, reason=reason, note=note),
        )
    message = draw.choice(names.MESSAGES) if draw.random() < WRITES else ""
    taken = PlannedAnswer(moment=moment, state=ReferralState.TAKEN, message=message)
    return (taken, *_ends(draw, moment, department))


def _ends(draw: random.Random, taken_at: datetime, department: str) -> Sequence[PlannedAnswer]:
    state = draw.choices([end for end, _ in ENDS], [weight for _, weight in ENDS])[0]
    waited = draw.randint(*(LATE if draw.randrange(100) < FORGOTTEN else IN_TIME))
    note = draw.choice(names.CLOSED_NOTES) if state is ReferralState.HELPED else ""
    end = PlannedAnswer(moment=_moment(draw, taken_at, waited, department), state=state, note=note)  # fmt: skip
    if state is not ReferralState.UNREACHABLE or draw.random() > REACHED:
        return (end,)
    again = _moment(draw, end.moment, draw.randint(2, 6), department)
    helped = _moment(draw, again, draw.randint(1, 5), department)
    return (
        end,
        PlannedAnswer(moment=again, state=ReferralState.TAKEN),
        PlannedAnswer(moment=helped, state=ReferralState.HELPED),
    )


def _moment(draw: random.Random, after: datetime, waited: int, department: str) -> datetime:
    """A working hour, so many working days later; of the same day, a few hours later."""
    if not waited:
        return after + timedelta(minutes=draw.randint(20, 200))
    day = days_after(day_of(after), waited, department=department)
    return at_work(draw, day)


def expires_at(sent_at: datetime, answer_by: date) -> datetime:
    """Return when a need that nobody answered expires: the day after the last one, at the hour when it was sent."""
    return datetime.combine(answer_by + timedelta(days=1), sent_at.timetz())


def at_work(draw: random.Random, day: date) -> datetime:
    """Return a working hour of a day."""
    hour = timedelta(hours=draw.uniform(FIRST_HOUR, LAST_HOUR))
    return datetime(day.year, day.month, day.day, tzinfo=PARIS) + hour
