"""How long a referral has waited, in working days, and what that makes due. Pure.

An expert who is away is left in peace; the firm waits all the same: who keeps the antenne is told, and what nobody answers goes to others.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from app.core.working_days import is_worked, worked_days
from app.referrals.needs.delays import TO_ANSWER
from app.referrals.needs.models import ReferralState
from app.referrals.reminders.models import ReminderKind

#: from which working day each is told: the expert, who keeps the antenne, the team
TO_TREAT = ((3, ReminderKind.EXPERT), (6, ReminderKind.MANAGERS))
TO_CLOSE = ((15, ReminderKind.EXPERT_TO_CLOSE), (30, ReminderKind.MANAGERS_TO_CLOSE), (45, ReminderKind.TEAM_TO_CLOSE))  # fmt: skip
#: by state, what is told and when
STEPS = {ReferralState.TO_TREAT: TO_TREAT, ReferralState.TAKEN: TO_CLOSE}
#: told to the expert: on a day when they are there, of the days when they were
OWN = (ReminderKind.EXPERT, ReminderKind.EXPERT_TO_CLOSE)


@dataclass(frozen=True, kw_only=True)
class WaitingReferral:
    """A referral that somebody has to do something about, since when; ``away``: the days, both included, when its expert is not there."""

    referral_id: int
    state: ReferralState
    since: date
    department: str
    away: tuple[tuple[date, date], ...] = ()
    told: frozenset[ReminderKind] = frozenset()

    def is_worked(self, day: date) -> bool:
        """Whether a day is worked where the expert is."""
        return is_worked(day, department=self.department)

    def is_away(self, day: date) -> bool:
        """Whether the expert is away on a day."""
        return any(first <= day <= last for first, last in self.away)

    def waited(self, day: date) -> int:
        """Return how many working days the firm has waited, the first one being the day after."""
        return sum(1 for _ in self._worked(day))

    def had(self, day: date) -> int:
        """Return how many of these days the expert was there."""
        return sum(not self.is_away(each) for each in self._worked(day))

    def has_expired(self, day: date) -> bool:
        """Whether nobody answered in time: what is taken in charge never expires."""
        return self.state is ReferralState.TO_TREAT and self.waited(day) > TO_ANSWER

    def _worked(self, day: date) -> Iterator[date]:
        return worked_days(self.since, day, department=self.department)


def due(waiting: WaitingReferral, day: date) -> Iterator[ReminderKind]:
    """Yield what is to be told on a day, and was not: nothing on a day that is not worked, nor to who is away."""
    if not waiting.is_worked(day) or waiting.has_expired(day):
        return
    for after, kind in STEPS.get(waiting.state, ()):
        waited = waiting.had(day) if kind in OWN else waiting.waited(day)
        is_left_in_peace = kind in OWN and waiting.is_away(day)
        if waited >= after and kind not in waiting.told and not is_left_in_peace:
            yield kind


def expired(waiting: Collection[WaitingReferral], day: date) -> list[int]:
    """Return the referrals whose time is over on a working day."""
    return [each.referral_id for each in waiting if each.is_worked(day) and each.has_expired(day)]
