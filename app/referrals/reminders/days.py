"""How long a referral has waited, in working days when its expert is there, and what that makes due. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from app.core.working_days import is_worked, worked_days
from app.referrals.needs.delays import TO_ANSWER
from app.referrals.needs.models import ReferralState
from app.referrals.reminders.models import ReminderKind

#: from which working day each is told; one tells the next: the expert, who keeps the antenne, the team
TO_TREAT = ((3, ReminderKind.EXPERT), (6, ReminderKind.MANAGERS))
TO_CLOSE = ((15, ReminderKind.EXPERT_TO_CLOSE), (30, ReminderKind.MANAGERS_TO_CLOSE), (45, ReminderKind.TEAM_TO_CLOSE))  # fmt: skip
#: by state, what is told and when
STEPS = {ReferralState.TO_TREAT: TO_TREAT, ReferralState.TAKEN: TO_CLOSE}


@dataclass(frozen=True, kw_only=True)
class WaitingReferral:
    """A referral that somebody has to do something about, since when; ``away``: the days, both included, when its expert is not there."""

    referral_id: int
    state: ReferralState
    since: date
    department: str
    away: tuple[tuple[date, date], ...] = ()
    told: frozenset[ReminderKind] = frozenset()

    def is_counted(self, day: date) -> bool:
        """Whether the expert works on a day."""
        return not self._is_away(day) and is_worked(day, department=self.department)

    def waited(self, day: date) -> int:
        """Return how many days the expert has had, the first one being the day after."""
        worked = worked_days(self.since, day, department=self.department)
        return sum(not self._is_away(each) for each in worked)

    def _is_away(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.away)

    def has_expired(self, day: date) -> bool:
        """Whether nobody answered in time: what is taken in charge never expires."""
        return self.state is ReferralState.TO_TREAT and self.waited(day) > TO_ANSWER


def due(waiting: WaitingReferral, day: date) -> Iterator[ReminderKind]:
    """Yield what is to be told on a day, and was not: nothing when the expert does not work that day."""
    if waiting.is_counted(day) and not waiting.has_expired(day):
        waited = waiting.waited(day)
        for after, kind in STEPS.get(waiting.state, ()):
            if waited >= after and kind not in waiting.told:
                yield kind


def expired(waiting: Collection[WaitingReferral], day: date) -> list[int]:
    """Return the referrals whose time is over on a day when their expert works."""
    return [each.referral_id for each in waiting if each.is_counted(day) and each.has_expired(day)]
