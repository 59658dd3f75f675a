"""What the BODACC and Urssaf tell of procedures, reconciled: each lacks what the other has."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scoring.data import views
from scoring.data.engine import connect
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.features import population, snapshot
from tests.scoring.small_lake import lake_of, rows_of

A, B = "111111111", "222222222"
JANUARY, FEBRUARY, MARCH = date(2024, 1, 10), date(2024, 2, 10), date(2024, 3, 10)
MAY, JUNE = date(2024, 5, 10), date(2024, 6, 10)
LIQUIDATED, RESTRUCTURED = ("liquidation", "ouverture"), ("redressement", "ouverture")
Row = dict[str, Any]


def record(day: date, kind: str, stage: str = "ouverture", siren: str = A) -> dict[str, Any]:
    """What Urssaf records, known fifteen days after the judgment."""
    known = date.fromordinal(day.toordinal() + 15)
    return {"siren": siren, "effective_on": day, "kind": kind, "stage": stage, "known_at": known}


def notice(
    judged: date | None,
    kind: str | None,
    stage: str = "ouverture",
    *,
    published: date | None = None,
    **cells: Any,
) -> dict[str, Any]:
    """A notice of the BODACC, published nine days after the judgment unless said."""
    assert judged or published
    day = published or date.fromordinal((judged or MARCH).toordinal() + 9)
    said = {"notice_number": "1", "notice_type": "Avis initial", "family": "Jugement"}
    words = {"nature": f"{stage} {kind}", "stage": stage, "kind": kind}
    dates = {"judged_on": judged, "published_on": day, "known_at": day}
    return {"siren": A} | said | words | dates | cells


def correction(judged: date | None, kind: str | None, **cells: Any) -> dict[str, Any]:
    return notice(
        judged, kind, **{"notice_type": "Avis rectificatif", "notice_number": "2", **cells}
    )


def events(
    root: Path,
    *,
    bodacc: Sequence[Row] = (),
    procol: Sequence[Row] = (),
    as_of: date | None = None,
) -> list[tuple[Any, ...]]:
    lake = lake_of(root, bodacc=[*bodacc], procol=[*procol])
    view = views.procedure_events(lake, connect(), as_of)
    return rows_of(view, "effective_on", "kind", "stage")


def openings(
    root: Path,
    *,
    bodacc: Sequence[Row] = (),
    procol: Sequence[Row] = (),
    as_of: date | None = None,
) -> list[tuple[Any, ...]]:
    lake = lake_of(root, bodacc=[*bodacc], procol=[*procol])
    return rows_of(views.procedure_openings(lake, connect(), as_of), "opened_on", "kind")


def test_each_source_tells_what_the_other_lacks(tmp_path: Path) -> None:
    lake = lake_of(
        tmp_path,
        bodacc=[notice(JANUARY, "redressement"), notice(MAY, "liquidation", "conversion")],
        procol=[record(MARCH, "sauvegarde", siren=B)],
    )
    assert rows_of(views.procedure_openings(lake, connect()), "siren", "opened_on", "kind") == [
        (A, JANUARY, "redressement"),
        (B, MARCH, "sauvegarde"),
    ]
    states = rows_of(views.procedure_state_month(lake, connect()), "siren", "month", "status")
    assert (A, date(2024, 4, 1), "redressement") in states
    assert (A, date(2024, 5, 1), "liquidation") in states
    assert (B, date(2024, 4, 1), "sauvegarde") in states


@pytest.mark.parametrize(
    ("notified", "recorded"), [(JANUARY, date(2024, 1, 17)), (date(2024, 1, 17), JANUARY)]
)
def test_one_stage_told_twice_is_one_event_at_its_earliest_day(
    tmp_path: Path, notified: date, recorded: date
) -> None:
    told = {
        "bodacc": [notice(notified, "redressement", published=date(2024, 1, 22))],
        "procol": [record(recorded, "redressement")],
    }
    lake = lake_of(tmp_path, **told)
    columns = ("effective_on", "known_at", "bodacc_on", "procol_on")
    known = min(date(2024, 1, 22), date.fromordinal(recorded.toordinal() + 15))
    assert rows_of(views.procedure_events(lake, connect()), *columns) == [
        (JANUARY, known, notified, recorded)
    ]


def test_what_one_source_alone_knows_on_a_day_is_what_is_known(tmp_path: Path) -> None:
    lake = lake_of(
        tmp_path,
        bodacc=[notice(JANUARY, "redressement", published=FEBRUARY)],
        procol=[record(date(2024, 1, 20), "redressement")],
    )
    for as_of, wanted in (
        (date(2024, 2, 3), []),
        (date(2024, 2, 4), [(date(2024, 1, 20),)]),
        (FEBRUARY, [(JANUARY,)]),
    ):
        view = views.procedure_openings(lake, connect(), as_of)
        assert rows_of(view, "opened_on") == wanted


def test_the_end_that_one_source_tells_ends_what_the_other_opened(tmp_path: Path) -> None:
    found = openings(
        tmp_path,
        procol=[record(JANUARY, "sauvegarde"), record(MAY, "liquidation")],
        bodacc=[notice(MARCH, None, "cloture", ended_kind="sauvegarde")],
    )
    assert found == [(JANUARY, "sauvegarde"), (MAY, "liquidation")]


def test_an_end_that_does_not_say_of_what_ends_all_that_was_opened(tmp_path: Path) -> None:
    found = events(
        tmp_path,
        procol=[record(JANUARY, "redressement"), record(JUNE, "liquidation")],
        bodacc=[notice(MARCH, None, "cloture")],
    )
    assert found == [
        (JANUARY, *RESTRUCTURED),
        (MARCH, "redressement", "fin_procedure"),
        (JUNE, *LIQUIDATED),
    ]


def test_a_conversion_ends_the_procedure_it_converts(tmp_path: Path) -> None:
    converted = notice(MARCH, "redressement", "conversion", ended_kind="sauvegarde")
    lake = lake_of(
        tmp_path,
        bodacc=[
            notice(JANUARY, "sauvegarde"),
            converted,
            notice(MAY, None, "cloture", ended_kind="redressement"),
        ],
    )
    states = rows_of(views.procedure_state_month(lake, connect()), "month", "status")
    assert [status for _, status in states] == ["sauvegarde"] * 2 + ["redressement"] * 2


def test_a_plan_broken_by_the_same_procedure_is_that_procedure_again(tmp_path: Path) -> None:
    broken = notice(MARCH, "redressement", "resolution_plan", ended_kind="redressement")
    lake = lake_of(tmp_path, bodacc=[notice(JANUARY, "redressement", "plan_continuation"), broken])
    states = rows_of(views.procedure_state_month(lake, connect()), "month", "status")
    assert [status for _, status in states] == ["plan_redressement"] * 2 + ["redressement"]


def test_a_liquidation_taken_up_again_is_a_state_and_not_an_opening(tmp_path: Path) -> None:
    told = [
        notice(JANUARY, "liquidation"),
        notice(FEBRUARY, None, "cloture", ended_kind="liquidation"),
        notice(MAY, "liquidation", "reprise"),
    ]
    assert openings(tmp_path, bodacc=told) == [(JANUARY, "liquidation")]
    states = rows_of(views.procedure_state_month(Lake(tmp_path), connect()), "month", "status")
    assert states == [(date(2024, 1, 1), "liquidation"), (date(2024, 5, 1), "liquidation")]


@pytest.mark.parametrize("stage", ["depot", "autre", "plan_cession", "modification_plan"])
def test_a_notice_that_only_informs_moves_no_firm(tmp_path: Path, stage: str) -> None:
    assert events(tmp_path, bodacc=[notice(JANUARY, None, stage)]) == []


def test_a_notice_without_day_is_of_the_day_it_is_published(tmp_path: Path) -> None:
    undated = notice(None, "liquidation", published=MARCH)
    absurd = notice(JUNE, "liquidation", published=MARCH, siren=B)
    assert openings(tmp_path, bodacc=[undated, absurd]) == [(MARCH, "liquidation")] * 2


def test_a_correction_replaces_what_it_corrects_and_was_known_before(tmp_path: Path) -> None:
    told = [
        notice(JANUARY, "liquidation"),
        correction(JANUARY, "redressement", published=MARCH),
    ]
    lake = lake_of(tmp_path, bodacc=told)
    first = date(2024, 1, 19)
    view = views.procedure_openings(lake, connect())
    assert rows_of(view, "opened_on", "known_at", "kind") == [(JANUARY, first, "redressement")]
    before = views.procedure_openings(lake, connect(), FEBRUARY)
    assert rows_of(before, "kind") == [("liquidation",)]


def test_a_correction_of_the_day_replaces_the_day(tmp_path: Path) -> None:
    told = [notice(FEBRUARY, "liquidation"), correction(JANUARY, "liquidation", published=MARCH)]
    assert openings(tmp_path, bodacc=told) == [(JANUARY, "liquidation")]


def test_a_correction_without_day_keeps_the_day(tmp_path: Path) -> None:
    told = [notice(JANUARY, "liquidation"), correction(None, "liquidation", published=MARCH)]
    assert openings(tmp_path, bodacc=told) == [(JANUARY, "liquidation")]


def test_a_correction_alone_stands_for_itself(tmp_path: Path) -> None:
    assert openings(tmp_path, bodacc=[correction(JANUARY, "liquidation")]) == [
        (JANUARY, "liquidation")
    ]


def test_a_correction_says_which_notice_it_is_about(tmp_path: Path) -> None:
    told = [
        notice(JANUARY, "sauvegarde", notice_number="7"),
        notice(FEBRUARY, None, "cloture", ended_kind="sauvegarde", notice_number="8"),
        notice(MARCH, "liquidation", notice_number="9"),
        correction(MARCH, "redressement", corrects="7", published=MAY, notice_number="10"),
    ]
    assert events(tmp_path, bodacc=told) == [
        (FEBRUARY, "sauvegarde", "fin_procedure"),
        (MARCH, *LIQUIDATED),
        (MARCH, *RESTRUCTURED),
    ]


def test_a_cancellation_undoes_its_target_and_opens_nothing(tmp_path: Path) -> None:
    cancelled = notice(JANUARY, "liquidation")
    cancels = correction(
        JANUARY, None, stage="annulation", nature=cancelled["nature"], published=MARCH,
        notice_type="Avis d’annulation",
    )  # fmt: skip
    other = notice(FEBRUARY, "redressement", siren=B)
    lake = lake_of(tmp_path, bodacc=[cancelled, cancels, other])
    assert rows_of(views.procedure_openings(lake, connect()), "siren") == [(B,)]
    assert (A,) in rows_of(views.procedure_openings(lake, connect(), FEBRUARY), "siren")


def test_cancelling_a_correction_cancels_what_it_corrected(tmp_path: Path) -> None:
    told = [
        notice(JANUARY, "liquidation"),
        correction(JANUARY, "redressement", published=FEBRUARY),
        correction(
            JANUARY, None, stage="annulation", published=MARCH, notice_number="3",
            notice_type="Avis d’annulation",
        ),
    ]  # fmt: skip
    assert openings(tmp_path, bodacc=told) == []


def test_what_urssaf_records_alone_is_not_undone_by_a_cancellation(tmp_path: Path) -> None:
    cancels = correction(
        JANUARY, None, stage="annulation", published=MARCH, notice_type="Avis d’annulation"
    )
    found = openings(
        tmp_path,
        bodacc=[notice(JANUARY, "liquidation"), cancels],
        procol=[record(JANUARY, "liquidation")],
    )
    assert found == [(JANUARY, "liquidation")]


def test_a_judgment_retracted_ends_what_it_opened(tmp_path: Path) -> None:
    told = [notice(JANUARY, "liquidation"), notice(MARCH, None, "retractation")]
    assert events(tmp_path, bodacc=told)[-1] == (MARCH, "liquidation", "abandon_procedure")


def test_disagreements_are_counted_over_the_days_both_cover(tmp_path: Path) -> None:
    lake = lake_of(
        tmp_path,
        bodacc=[
            notice(date(2020, 1, 1), "liquidation", siren="0" * 9),
            notice(JANUARY, "liquidation"),
            notice(FEBRUARY, "liquidation", siren=B),
            notice(MARCH, "liquidation", siren="3" * 9),
            notice(MARCH, "liquidation", siren="4" * 9),
            notice(JUNE, "liquidation", siren="6" * 9),
        ],
        procol=[
            record(JANUARY, "liquidation"),
            record(date(2024, 2, 20), "liquidation", siren=B),
            record(date(2024, 3, 1), "redressement", siren="4" * 9),
            record(JUNE, "liquidation", siren="6" * 9),
        ],
    )
    columns = ("kind", "same_day", "other_day", "bodacc_only", "procol_only", "other_kind")
    assert rows_of(views.procedure_agreement(lake, connect()), *columns) == [
        ("liquidation", 2, 1, 2, 0, 1),
        ("redressement", 0, 0, 0, 1, 0),
    ]


def test_labels_and_features_read_both(tmp_path: Path) -> None:
    lake = lake_of(
        tmp_path,
        bodacc=[notice(JANUARY, "redressement")],
        procol=[record(FEBRUARY, "sauvegarde", siren=B)],
        cotisation=[
            {
                "siret": siren + "00001",
                "period_start": date(2023, 1, 1),
                "period_end": date(2023, 2, 1),
                "due": 1.0,
            }
            for siren in (A, B)
        ],
    )
    labels = population.openings(lake, JUNE)
    assert labels["siren"].tolist() == [A, B]
    assert [day.isoformat() for day in labels["opened_on"]] == ["2024-01-10", "2024-02-10"]
    known = snapshot.take(lake, JUNE, con=connect())
    assert {siren for (siren,) in rows_of(known.openings, "siren")} == {A, B}


@pytest.mark.samples
def test_the_cancelled_and_corrected_case(samples: Path, tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    folder = samples / "cases/bodacc_cancelled_and_corrected/in"
    import_directory(folder, lake, batch_id="b", today=date(2026, 11, 1))
    lake.restate(["b"])
    view = views.procedure_openings(lake, connect())
    assert rows_of(view, "siren", "opened_on", "kind") == [
        ("987654324", date(2026, 1, 2), "redressement")
    ]
