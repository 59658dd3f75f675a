"""Each rule of the monthly tables."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from scoring.data import views
from scoring.data.engine import connect
from scoring.data.lake import Lake
from tests.scoring.small_lake import lake_of, rows_of

SIRET = "11111111100001"
SIREN = SIRET[:9]


def month(number: int, year: int = 2024) -> date:
    return date(year, number, 1)


def operation(number: int, in_month: int, *, owed: float, **cells: Any) -> dict[str, Any]:
    return {
        "siret": SIRET,
        "siren": SIREN,
        "account": "A",
        "period_start": month(1, 2023),
        "period_end": month(2, 2023),
        "debt_number": "1",
        "operation_number": number,
        "treated_on": date(2024, in_month, 5),
        "effective_month": month(in_month),
        "employee_part": owed,
        "employer_part": 2 * owed,
        **cells,
    }


def owed(lake: Lake, as_of: date | None = None) -> dict[int, float]:
    rows = rows_of(views.debt_month(lake, connect(), as_of), "month", "employee_part")
    return {day.month: value for day, value in rows}


def test_a_balance_is_carried_forward_until_the_next_operation(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, debit=[operation(1, 1, owed=10), operation(2, 4, owed=4)])
    assert owed(lake) == {1: 10, 2: 10, 3: 10, 4: 4}


def test_both_parts_are_carried(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, debit=[operation(1, 1, owed=10)])
    view = views.debt_month(lake, connect())
    assert rows_of(view, "siret", "siren", "employee_part", "employer_part") == [
        (SIRET, SIREN, 10, 20)
    ]


def test_the_last_operation_of_a_month_wins_whatever_its_day(tmp_path: Path) -> None:
    rows = [
        operation(9, 1, owed=10, treated_on=date(2024, 1, 8)),
        operation(10, 1, owed=3, treated_on=date(2024, 1, 7)),
        operation(2, 1, owed=12, treated_on=date(2024, 1, 9)),
    ]
    assert owed(lake_of(tmp_path, debit=rows)) == {1: 3}


def test_two_accounts_with_the_same_debt_number_are_two_debts(tmp_path: Path) -> None:
    rows = [operation(1, 1, owed=10), operation(2, 1, owed=5, account="B")]
    assert owed(lake_of(tmp_path, debit=rows)) == {1: 15}


def test_what_is_owed_after_the_last_treatment_is_unknown(tmp_path: Path) -> None:
    late = operation(2, 2, owed=99, treated_on=date(2024, 2, 25), effective_month=month(3))
    lake = lake_of(tmp_path, debit=[operation(1, 1, owed=10), late])
    assert owed(lake) == {1: 10, 2: 10}


def test_an_establishment_known_elsewhere_owes_nothing_before_its_first_debt(
    tmp_path: Path,
) -> None:
    lake = lake_of(
        tmp_path,
        debit=[operation(1, 3, owed=10)],
        effectif=[{"siret": SIRET, "month": month(2), "workforce": 5.0}],
        cotisation=[{"siret": "2" * 14, "period_start": month(2), "period_end": month(3)}],
    )
    view = views.debt_month(lake, connect())
    assert rows_of(view, "siret", "month", "employee_part") == [
        (SIRET, month(2), 0),
        (SIRET, month(3), 10),
        ("2" * 14, month(2), 0),
        ("2" * 14, month(3), 0),
    ]


def test_without_a_file_of_debts_no_debt_is_zero(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, effectif=[{"siret": SIRET, "month": month(2), "workforce": 5.0}])
    assert owed(lake) == {}


def test_cents_come_back_exactly(tmp_path: Path) -> None:
    rows = [operation(1, 1, owed=0.29), operation(1, 1, owed=1.13, debt_number="2")]
    rows += [operation(2, 2, owed=0.0), operation(2, 2, owed=0.0, debt_number="2")]
    assert owed(lake_of(tmp_path, debit=rows)) == {1: 1.42, 2: 0.0}


def test_debts_as_of_a_day_forget_later_operations(tmp_path: Path) -> None:
    rows = [
        operation(1, 1, owed=10, known_at=date(2024, 2, 4)),
        operation(2, 2, owed=0, known_at=date(2024, 3, 6)),
    ]
    lake = lake_of(tmp_path, debit=rows)
    assert owed(lake, date(2024, 3, 1)) == {1: 10}
    assert owed(lake, date(2024, 3, 6)) == {1: 10, 2: 0}


def test_a_quarter_is_spread_over_its_three_months(tmp_path: Path) -> None:
    lake = lake_of(
        tmp_path,
        cotisation=[
            {"siret": SIRET, "period_start": month(1), "period_end": month(4), "due": 30.0},
            {"siret": SIRET, "period_start": month(3), "period_end": month(4), "due": 5.0},
        ],
    )
    view = views.contribution_month(lake, connect())
    assert rows_of(view, "month", "due") == [(month(1), 10), (month(2), 10), (month(3), 15)]


def test_a_yearly_call_says_nothing_of_months_to_come(tmp_path: Path) -> None:
    lake = lake_of(
        tmp_path,
        cotisation=[
            {"siret": SIRET, "period_start": month(1), "period_end": month(1, 2025), "due": 12.0},
            {"siret": "2" * 14, "period_start": month(2), "period_end": month(3), "due": 1.0},
        ],
    )
    view = views.contribution_month(lake, connect())
    mine = view.filter(view.siret == SIRET)
    assert rows_of(mine, "month", "due") == [(month(1), 1), (month(2), 1)]


def request(**cells: Any) -> dict[str, Any]:
    return {
        "request_id": "D1",
        "siret": SIRET,
        "status_on": date(2024, 3, 1),
        "start_on": date(2024, 1, 22),
        "end_on": date(2024, 2, 10),
        "hours_authorised": 200.0,
        **cells,
    }


def test_hours_authorised_are_spread_over_days_not_repeated(tmp_path: Path) -> None:
    view = views.ap_month(lake_of(tmp_path, ap_demande=[request()]), connect())
    assert rows_of(view, "month", "hours_authorised") == [(month(1), 100.0), (month(2), 100.0)]


def test_only_the_last_status_of_a_request_counts(tmp_path: Path) -> None:
    rows = [request(), request(status_on=date(2024, 3, 2), hours_authorised=20.0)]
    view = views.ap_month(lake_of(tmp_path, ap_demande=rows), connect())
    assert rows_of(view, "month", "hours_authorised") == [(month(1), 10.0), (month(2), 10.0)]


def test_consumption_after_its_own_file_is_unknown_not_zero(tmp_path: Path) -> None:
    lake = lake_of(
        tmp_path,
        ap_demande=[request(start_on=month(1), end_on=date(2024, 3, 31), hours_authorised=91.0)],
        ap_conso=[{"siret": "2" * 14, "month": month(2), "hours": 151.67}],
    )
    view = views.ap_month(lake, connect())
    assert rows_of(view.filter(view.siret == SIRET), "month", "hours_consumed") == [
        (month(1), 0.0),
        (month(2), 0.0),
        (month(3), None),
    ]
    assert rows_of(view.filter(view.siret != SIRET), "etp_consumed", "hours_authorised") == [
        (1.0, 0.0)
    ]


def test_accounts_of_an_establishment_add_up(tmp_path: Path) -> None:
    row = {"siret": SIRET, "month": month(1), "workforce": 2.5}
    view = views.workforce_month(lake_of(tmp_path, effectif=[row, row]), connect())
    assert rows_of(view, "siren", "workforce") == [(SIREN, 5.0)]


def test_the_workforce_of_a_firm_is_that_of_its_file(tmp_path: Path) -> None:
    row = {"siren": SIREN, "month": month(1), "workforce": 2.5}
    view = views.workforce_company_month(lake_of(tmp_path, effectif_ent=[row]), connect())
    assert rows_of(view, "siren", "month", "workforce") == [(SIREN, month(1), 2.5)]


def test_a_firm_declared_twice_in_a_month_has_its_larger_workforce(tmp_path: Path) -> None:
    rows = [
        {"siren": SIREN, "month": month(number), "workforce": workforce}
        for number, workforce in ((2, 4.0), (1, 3.0), (2, 9.0), (3, 5.0))
    ]
    view = views.workforce_company_month(lake_of(tmp_path, effectif_ent=rows), connect())
    assert rows_of(view, "month", "workforce") == [(month(1), 3), (month(2), 9), (month(3), 5)]


def test_months_before_since_are_left_out_and_the_rest_is_unchanged(tmp_path: Path) -> None:
    call = {"siret": SIRET, "period_start": month(1), "period_end": month(4), "due": 30.0}
    lake = lake_of(
        tmp_path,
        debit=[operation(1, 1, owed=10), operation(2, 4, owed=4)],
        cotisation=[call, {**call, "period_start": month(3), "due": 5.0}],
        effectif=[{"siret": SIRET, "month": month(n), "workforce": float(n)} for n in (1, 2, 3)],
    )
    for view in (views.debt_month, views.contribution_month, views.workforce_month):
        whole = view(lake, connect())
        columns = whole.columns
        late = [row for row in rows_of(whole, *columns) if row[columns.index("month")] >= month(3)]
        assert late
        assert rows_of(view(lake, connect(), since=month(3)), *columns) == late


def test_freshness_lists_the_sources_that_have_rows(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, debit=[operation(1, 3, owed=1)])
    assert rows_of(views.freshness(lake, connect()), "source", "month") == [("debit", month(3))]


def test_views_are_complete_and_reproducible(tmp_path: Path) -> None:
    lake = lake_of(
        tmp_path / "lake",
        debit=[operation(1, 1, owed=10), operation(2, 4, owed=4)],
        procol=[{"siren": SIREN, "effective_on": date(2024, 1, 10), "kind": "redressement"}],
    )
    first = views.write_views(lake, connect(), tmp_path / "views")
    assert first["debt_month"] == 4
    bytes_before = {path.name: path.read_bytes() for path in (tmp_path / "views").iterdir()}
    assert set(bytes_before) == {f"{name}.parquet" for name in views.VIEWS}
    views.write_views(lake, connect(), tmp_path / "views")
    assert bytes_before == {path.name: path.read_bytes() for path in (tmp_path / "views").iterdir()}


def test_written_rows_follow_their_establishment_then_their_month(tmp_path: Path) -> None:
    sirets = [f"{number:09}00001" for number in range(5000, 0, -1)]
    places = [(siret, number) for number in (2, 1) for siret in sirets]
    lake = lake_of(
        tmp_path / "lake",
        debit=[operation(number, number, owed=number, siret=siret) for siret, number in places],
        cotisation=[
            {"siret": s, "period_start": month(n), "period_end": month(n + 1), "due": 1.0}
            for s, n in places
        ],
        effectif=[{"siret": s, "month": month(n), "workforce": 1.0} for s, n in places],
        effectif_ent=[{"siren": s[:9], "month": month(n), "workforce": 1.0} for s, n in places],
    )
    views.write_views(lake, connect(), tmp_path / "views")
    for name in views.IN_ORDER:
        written = pq.read_table(tmp_path / "views" / f"{name}.parquet")
        key = "siret" if "siret" in written.column_names else "siren"
        rows = [(row[key], row["month"]) for row in written.select([key, "month"]).to_pylist()]
        assert len(rows) == 10_000
        assert rows == sorted(rows)


def test_an_empty_lake_gives_empty_views(tmp_path: Path) -> None:
    rows = views.write_views(Lake(tmp_path / "lake"), connect(), tmp_path / "views")
    assert rows == dict.fromkeys(views.VIEWS, 0)
