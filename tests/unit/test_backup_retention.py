"""Which backups stay."""

from datetime import UTC, datetime, timedelta

from app.operations.sets.retention import moment_of, name_at, superfluous

LAST = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
KEEP = (7, 5, 12)


def test_a_name_tells_its_moment() -> None:
    assert name_at(LAST) == "vigie-20261201T003000Z"
    assert moment_of(name_at(LAST)) == LAST


def test_two_years_of_nights_leave_days_weeks_and_months() -> None:
    kept: list[str] = []
    for night in range(730, -1, -1):
        kept.append(name_at(LAST - timedelta(days=night)))
        gone = superfluous(kept, KEEP)
        kept = [name for name in kept if name not in gone]
    days = [moment_of(name).date() for name in kept]
    assert days[-7:] == [LAST.date() - timedelta(days=back) for back in range(6, -1, -1)]
    # The last backup of a week is that of its Sunday, of a month that of its last night.
    assert {day.isoformat() for day in days} >= {"2026-11-22", "2026-11-15", "2026-11-08"}
    assert {day.isoformat() for day in days} >= {"2026-10-31", "2026-06-30", "2026-01-31"}
    assert min(days).isoformat() == "2026-01-31"
    assert len(kept) == 7 + 3 + 10


def test_the_last_backup_stays_however_few_are_kept_and_whatever_their_order() -> None:
    names = [name_at(LAST - timedelta(hours=hour)) for hour in (5, 0, 3)]
    assert superfluous(names, (1, 1, 1)) == sorted(set(names) - {name_at(LAST)})
    assert superfluous([name_at(LAST)], (1, 1, 1)) == []


def test_days_without_a_backup_do_not_count() -> None:
    names = [name_at(LAST - timedelta(days=100 * age)) for age in range(4)]
    assert superfluous(names, KEEP) == []
