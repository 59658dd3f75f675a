"""When somebody is reminded of a need: working days of the département, those when the expert is there."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.working_days import is_worked
from app.referrals.needs.delays import TO_ANSWER, answer_by
from app.referrals.needs.models import ReferralState
from app.referrals.reminders.days import STEPS, WaitingReferral, due, expired
from app.referrals.reminders.models import ReminderKind

#: a Monday without a public holiday for six weeks
MONDAY = date(2026, 1, 12)
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def waiting(**said: object) -> WaitingReferral:
    known = {"referral_id": 1, "state": ReferralState.TO_TREAT, "since": MONDAY, "department": "21"}
    return WaitingReferral(**{**known, **said})  # type: ignore[arg-type]


def told(each: WaitingReferral, day: date) -> list[ReminderKind]:
    return list(due(each, day))


def test_the_expert_then_the_managers_then_others() -> None:
    each = waiting()
    assert told(each, date(2026, 1, 14)) == []
    assert told(each, date(2026, 1, 15)) == [ReminderKind.EXPERT]
    assert told(each, date(2026, 1, 17)) == [], "a Saturday"
    assert told(waiting(told=frozenset({ReminderKind.EXPERT})), date(2026, 1, 20)) == [
        ReminderKind.MANAGERS
    ]
    assert told(each, date(2026, 1, 23)) == [ReminderKind.EXPERT, ReminderKind.MANAGERS], (
        "caught up with"
    )
    last = answer_by(MONDAY, department="21")
    assert expired([each], last) == []
    assert expired([each], last + timedelta(days=1)) == [1]
    assert expired([each], last + timedelta(days=5)) == [], "not on a Saturday"
    assert told(each, last + timedelta(days=1)) == []


def test_what_is_taken_in_charge_never_expires() -> None:
    each = waiting(state=ReferralState.TAKEN)
    assert told(each, date(2026, 2, 2)) == [ReminderKind.EXPERT_TO_CLOSE]
    late = date(2026, 12, 1)
    assert set(told(each, late)) == {kind for _, kind in STEPS[ReferralState.TAKEN]}
    assert expired([each], late) == []


def test_who_is_away_is_left_in_peace_and_the_firm_does_not_wait_for_them() -> None:
    away = ((date(2026, 1, 13), date(2026, 1, 30)),)
    each = waiting(away=away)
    assert told(each, date(2026, 1, 19)) == []
    assert told(each, date(2026, 1, 20)) == [ReminderKind.MANAGERS], "the sixth working day"
    assert expired([each], date(2026, 1, 26)) == []
    assert expired([each], date(2026, 1, 27)) == [1], "as if they were there"
    taken = waiting(away=away, state=ReferralState.TAKEN)
    assert told(taken, date(2026, 2, 2)) == []
    assert told(taken, date(2026, 2, 20)) == [ReminderKind.EXPERT_TO_CLOSE], "fifteen of their days"
    assert set(told(taken, date(2026, 2, 23))) == {
        ReminderKind.EXPERT_TO_CLOSE,
        ReminderKind.MANAGERS_TO_CLOSE,
    }


def test_a_short_absence_gives_the_expert_as_many_days_more_before_a_reminder() -> None:
    away = ((date(2026, 1, 13), date(2026, 1, 14)),)
    assert told(waiting(away=away), date(2026, 1, 16)) == []
    assert told(waiting(away=away), date(2026, 1, 19)) == [ReminderKind.EXPERT]


def test_the_holidays_are_those_of_the_departement() -> None:
    """26 December is not worked in Bas-Rhin."""
    christmas = date(2025, 12, 23)
    assert waiting(since=christmas, department="67").waited(date(2025, 12, 29)) == 2
    assert waiting(since=christmas, department="21").waited(date(2025, 12, 29)) == 3


@given(DAYS, st.integers(0, 40), st.sampled_from(["21", "67", "974"]))
def test_it_agrees_with_the_day_that_the_expert_was_given(
    since: date, later: int, department: str
) -> None:
    each, day = waiting(since=since, department=department), since + timedelta(days=later)
    last = answer_by(since, department=department)
    assert each.has_expired(day) == (each.waited(day) > TO_ANSWER)
    if is_worked(day, department=department):
        assert (expired([each], day) == [1]) == (day > last)
