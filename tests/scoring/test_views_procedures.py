"""The state of a firm each month, and the day it entered a procedure."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scoring.data import views
from scoring.data.engine import connect
from scoring.data.lake import Lake
from tests.scoring.small_lake import lake_of, rows_of

SIREN = "111111111"


def event(day: date, kind: str | None, stage: str = "ouverture", **cells: Any) -> dict[str, Any]:
    return {"siren": SIREN, "effective_on": day, "kind": kind, "stage": stage, **cells}


UNTIL_JULY = [{"siren": "9" * 9, "month": date(2024, 7, 1), "workforce": 1.0}]
JANUARY, MARCH, MAY = date(2024, 1, 10), date(2024, 3, 10), date(2024, 5, 10)


def states(root: Path, *events: dict[str, Any], until: Any = UNTIL_JULY) -> dict[int, str]:
    lake = lake_of(root, procol=list(events), effectif_ent=until)
    rows = rows_of(views.procedure_state_month(lake, connect()), "month", "status")
    return {day.month: status for day, status in rows}


def test_a_procedure_lasts_until_the_last_month_of_any_source(tmp_path: Path) -> None:
    assert states(tmp_path, event(MAY, "redressement")) == dict.fromkeys(
        range(5, 8), "redressement"
    )


def test_a_plan_follows_its_procedure(tmp_path: Path) -> None:
    found = states(
        tmp_path,
        event(JANUARY, "sauvegarde"),
        event(MAY, "sauvegarde", "plan_continuation"),
    )
    assert found[4] == "sauvegarde"
    assert found[5] == "plan_sauvegarde"


@pytest.mark.parametrize(
    "stage", ["fin_procedure", "inclusion_autre_procedure", "abandon_procedure"]
)
def test_a_procedure_ended_included_or_given_up_is_gone(tmp_path: Path, stage: str) -> None:
    found = states(tmp_path, event(JANUARY, "redressement"), event(MAY, "redressement", stage))
    assert sorted(found) == [1, 2, 3, 4]


def test_the_closing_of_the_account_is_not_the_end_of_the_procedure(tmp_path: Path) -> None:
    found = states(
        tmp_path,
        event(JANUARY, "redressement"),
        event(MARCH, "redressement", "solde_procedure"),
    )
    assert sorted(found) == [1, 2, 3, 4, 5, 6, 7]


def test_an_event_that_names_no_procedure_is_ignored(tmp_path: Path) -> None:
    assert states(tmp_path, event(JANUARY, None, "mandat_ad_hoc")) == {}


def test_a_plan_lapses_after_ten_years(tmp_path: Path) -> None:
    found = states(tmp_path, event(date(2014, 3, 10), "redressement", "plan_continuation"))
    lake = Lake(tmp_path)
    view = views.procedure_state_month(lake, connect())
    assert view.month.max().to_pyarrow().as_py() == date(2024, 2, 1)
    assert set(found.values()) == {"plan_redressement"}


def test_the_most_severe_of_two_procedures_is_shown(tmp_path: Path) -> None:
    found = states(tmp_path, event(JANUARY, "sauvegarde"), event(MARCH, "redressement"))
    assert found[2] == "sauvegarde"
    assert found[3] == found[7] == "redressement"


def test_a_weaker_procedure_comes_back_when_the_stronger_ends(tmp_path: Path) -> None:
    found = states(
        tmp_path,
        event(JANUARY, "sauvegarde"),
        event(MARCH, "redressement"),
        event(MAY, "redressement", "fin_procedure"),
    )
    assert found[5] == "sauvegarde"


def test_an_earlier_procedure_never_comes_back_after_a_liquidation(tmp_path: Path) -> None:
    found = states(
        tmp_path,
        event(JANUARY, "redressement"),
        event(MARCH, "liquidation"),
        event(MAY, "liquidation", "fin_procedure"),
    )
    assert found == {1: "redressement", 2: "redressement", 3: "liquidation", 4: "liquidation"}


def test_a_procedure_opened_after_a_liquidation_counts(tmp_path: Path) -> None:
    found = states(
        tmp_path,
        event(JANUARY, "liquidation"),
        event(MARCH, "liquidation", "fin_procedure"),
        event(MAY, "redressement"),
    )
    assert found == {1: "liquidation", 2: "liquidation"} | dict.fromkeys([5, 6, 7], "redressement")


def test_events_of_one_day_follow_the_order_of_stages(tmp_path: Path) -> None:
    found = states(
        tmp_path,
        event(MARCH, "redressement", "fin_procedure"),
        event(MARCH, "redressement", "plan_continuation"),
        event(MARCH, "redressement"),
    )
    assert found == {}


def test_a_procedure_opened_and_ended_within_a_month_is_not_a_state(tmp_path: Path) -> None:
    found = states(
        tmp_path,
        event(date(2024, 3, 2), "redressement"),
        event(date(2024, 3, 20), "redressement", "fin_procedure"),
    )
    assert found == {}


def openings(root: Path, *events: dict[str, Any], as_of: date | None = None) -> Any:
    lake = lake_of(root, procol=list(events))
    return rows_of(views.procedure_openings(lake, connect(), as_of), "opened_on", "kind")


def test_a_conversion_is_not_an_opening(tmp_path: Path) -> None:
    found = openings(
        tmp_path,
        event(JANUARY, "redressement"),
        event(MARCH, "redressement", "fin_procedure"),
        event(MARCH, "liquidation"),
    )
    assert found == [(JANUARY, "redressement")]


def test_a_relapse_is_another_opening(tmp_path: Path) -> None:
    found = openings(
        tmp_path,
        event(JANUARY, "sauvegarde"),
        event(MARCH, "sauvegarde", "fin_procedure"),
        event(MAY, "liquidation"),
    )
    assert found == [(JANUARY, "sauvegarde"), (MAY, "liquidation")]


def test_a_procedure_first_seen_at_its_plan_has_no_known_opening(tmp_path: Path) -> None:
    assert openings(tmp_path, event(JANUARY, "redressement", "plan_continuation")) == []


def test_an_opening_included_the_same_day_in_another_is_one_opening(tmp_path: Path) -> None:
    found = openings(
        tmp_path,
        event(JANUARY, "redressement"),
        event(JANUARY, "redressement", "inclusion_autre_procedure"),
        event(JANUARY, "liquidation"),
    )
    assert found == [(JANUARY, "liquidation")]


def test_an_opening_is_seen_once_it_is_known(tmp_path: Path) -> None:
    known = event(JANUARY, "redressement", known_at=date(2024, 1, 25))
    lake = lake_of(tmp_path, procol=[known])
    for as_of, wanted in ((date(2024, 1, 24), []), (date(2024, 1, 25), [(date(2024, 1, 25),)])):
        assert rows_of(views.procedure_openings(lake, connect(), as_of), "known_at") == wanted
