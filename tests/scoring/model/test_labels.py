"""Label intervals: what fails, what is censored, what is absent."""

from datetime import date

import pandas as pd
import pytest

from scoring.learning import follow_up


def snapshots(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["siren", "as_of"]).astype({"as_of": "datetime64[s]"})


def opening(siren: str, opened_on: str, known_at: str | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        [{"siren": siren, "opened_on": opened_on, "known_at": known_at or opened_on}]
    )


def support(siren: str, opened_on: str, known_at: str | None = None) -> pd.DataFrame:
    row = {"siren": siren, "kind": follow_up.SUPPORT_OPENED, "occurred_on": opened_on}
    return pd.DataFrame([{**row, "known_at": known_at or opened_on, "value": ""}])


def history(
    openings: pd.DataFrame | None = None,
    *,
    supports: pd.DataFrame | None = None,
    closures: pd.DataFrame | None = None,
    known_by: date = date(2024, 3, 1),
) -> follow_up.FollowUp:
    empty = pd.DataFrame(columns=["siren", "opened_on", "known_at"])
    return follow_up.follow_up(
        empty if openings is None else openings,
        known_by=known_by,
        closures=closures,
        support=follow_up.support_episodes(supports, known_by=known_by),
    )


ONE = snapshots(("111111111", "2020-01-01"))


def test_a_quiet_firm_has_eight_empty_intervals() -> None:
    rows = follow_up.hazard_rows(ONE, history())
    assert rows["interval"].tolist() == list(range(1, 9))
    assert rows["y"].sum() == 0
    assert (rows["weight"] == 1).all()


def test_a_judgment_ends_the_rows_of_the_firm() -> None:
    rows = follow_up.hazard_rows(ONE, history(opening("111111111", "2020-08-15")))
    assert rows["interval"].tolist() == [1, 2, 3]
    assert rows["y"].tolist() == [0, 0, 1]


@pytest.mark.parametrize(("day", "interval"), [("2020-04-01", 1), ("2020-04-02", 2)])
def test_an_interval_is_open_on_the_left_and_closed_on_the_right(day: str, interval: int) -> None:
    rows = follow_up.hazard_rows(ONE, history(opening("111111111", day)))
    assert rows.loc[rows["y"].eq(1), "interval"].tolist() == [interval]


def test_support_censors_its_interval_at_half_weight_and_nothing_follows() -> None:
    rows = follow_up.hazard_rows(ONE, history(supports=support("111111111", "2020-08-15")))
    assert rows["interval"].tolist() == [1, 2, 3]
    assert rows["y"].tolist() == [0, 0, 0]
    assert rows["weight"].tolist() == [1, 1, 0.5]


def test_a_support_on_the_last_day_of_an_interval_keeps_its_full_weight() -> None:
    rows = follow_up.hazard_rows(ONE, history(supports=support("111111111", "2020-10-01")))
    assert rows["weight"].tolist() == [1, 1, 1]


def test_a_shorter_scale_stops_earlier() -> None:
    rows = follow_up.hazard_rows(ONE, history(), scale=follow_up.Scale(intervals=2, horizons=(6,)))
    assert rows["interval"].tolist() == [1, 2]


def test_a_judgment_after_support_is_not_an_event() -> None:
    both = history(opening("111111111", "2020-08-20"), supports=support("111111111", "2020-08-15"))
    assert follow_up.hazard_rows(ONE, both)["y"].sum() == 0


def test_a_judgment_before_support_is_an_event_of_full_weight() -> None:
    both = history(opening("111111111", "2020-08-10"), supports=support("111111111", "2020-08-15"))
    last = follow_up.hazard_rows(ONE, both).iloc[-1]
    assert (last["interval"], last["y"], last["weight"]) == (3, 1, 1)


def test_a_firm_already_supported_has_no_row() -> None:
    assert follow_up.hazard_rows(ONE, history(supports=support("111111111", "2019-12-31"))).empty


def test_a_support_recorded_after_the_training_date_does_not_exist_yet() -> None:
    late = support("111111111", "2020-08-15", known_at="2024-03-02")
    pd.testing.assert_frame_equal(
        follow_up.hazard_rows(ONE, history(supports=late)), follow_up.hazard_rows(ONE, history())
    )


def test_episodes_known_later_are_not_even_read() -> None:
    late = support("111111111", "2020-08-15", known_at="2024-03-02")
    assert follow_up.support_episodes(late, known_by=date(2024, 3, 1)) == []
    (read,) = follow_up.support_episodes(late, known_by=date(2024, 3, 2))
    assert read.opened_on == date(2020, 8, 15)


def test_a_judgment_published_after_the_training_date_does_not_exist_yet() -> None:
    late = opening("111111111", "2020-08-15", known_at="2024-03-02")
    assert follow_up.hazard_rows(ONE, history(late))["y"].sum() == 0


@pytest.mark.parametrize("kind", ["verdict", "visit", "outcome", "refusal", "unreachable"])
def test_no_other_record_of_an_agent_touches_the_labels(kind: str) -> None:
    record = support("111111111", "2020-08-15").assign(kind=kind, value="confirmed")
    pd.testing.assert_frame_equal(
        follow_up.hazard_rows(ONE, history(supports=record)), follow_up.hazard_rows(ONE, history())
    )


def test_a_closed_firm_leaves_with_half_weight() -> None:
    closed = pd.DataFrame(
        [{"siren": "111111111", "closed_on": "2020-05-10", "known_at": "2020-05-10"}]
    )
    rows = follow_up.hazard_rows(ONE, history(closures=closed))
    assert rows["weight"].tolist() == [1, 0.5]


def test_a_closure_before_a_judgment_was_not_a_closure() -> None:
    closed = pd.DataFrame(
        [{"siren": "111111111", "closed_on": "2020-05-10", "known_at": "2020-05-10"}]
    )
    rows = follow_up.hazard_rows(ONE, history(opening("111111111", "2020-08-15"), closures=closed))
    assert rows["y"].tolist() == [0, 0, 1]


def test_intervals_stop_sixty_days_before_the_extraction() -> None:
    recent = history(known_by=date(2020, 9, 1))  # complete up to 3 July
    assert follow_up.hazard_rows(ONE, recent)["interval"].tolist() == [1, 2]


def test_a_relapse_is_an_event_of_its_own_snapshot() -> None:
    twice = pd.concat([opening("111111111", "2018-02-01"), opening("111111111", "2020-02-01")])
    assert follow_up.hazard_rows(ONE, history(twice))["y"].tolist() == [1]


def test_a_judgment_unpublished_at_the_snapshot_hides_the_snapshot() -> None:
    blind = history(opening("111111111", "2019-12-28", known_at="2020-01-12"))
    assert follow_up.still_free(ONE, blind).tolist() == [False]
    assert follow_up.still_free(ONE, history(opening("111111111", "2019-12-01"))).tolist() == [True]


def test_outcomes_say_who_failed_who_left_and_who_was_followed() -> None:
    four = snapshots(*((letter * 9, "2020-01-01") for letter in "1234"))
    known = follow_up.outcomes(
        four,
        history(
            pd.concat([opening("111111111", "2021-01-15"), opening("222222222", "2022-01-15")]),
            supports=support("333333333", "2020-07-01"),
        ),
        horizon=18,
    )
    assert known["exit"].tolist() == ["failed", "followed", "left", "followed"]
    assert known["y"].tolist() == [1, 0, 0, 0]
    assert known["observed"].tolist() == [True, True, False, True]
    assert known["months"].round().tolist() == [12, 18, 6, 18]


def test_an_outcome_not_followed_to_the_horizon_is_unknown_not_zero() -> None:
    known = follow_up.outcomes(ONE, history(known_by=date(2020, 12, 1)), horizon=18)
    assert known["exit"].tolist() == ["admin"]
    assert known["observed"].tolist() == [False]
