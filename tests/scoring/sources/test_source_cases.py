"""Files that others met and reported in public: each gives the right value that its reporter gives."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scoring.data.engine import connect
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.data.sources.report import FileReport
from scoring.data.views import procedure_openings
from tests.scoring.small_lake import rows_of
from tests.scoring.sources.conftest import read_all

TODAY = date(2026, 11, 29)
FIRM, OTHER, THIRD = "123456782", "987654324", "111222338"
SEAT = FIRM + "00015"
Rows = list[dict[str, Any]]


@pytest.fixture
def read(samples: Path, tmp_path: Path) -> Any:
    """Read the files of a case: the reports by file, the rows of a source."""

    def run(case: str) -> tuple[dict[str, FileReport], Lake]:
        lake = Lake(tmp_path / case)
        folder = samples / "cases" / case / "in"
        reports = import_directory(folder, lake, batch_id="b", today=TODAY)
        lake.restate(["b"])
        return {report.file: report for report in reports}, lake

    return run


def rows(lake: Lake, source: str) -> Rows:
    return read_all(lake.root / source / "b")


def test_a_cancelled_notice_opens_nothing_and_a_corrected_one_is_its_correction(read: Any) -> None:
    _, lake = read("bodacc_cancelled_and_corrected")
    openings = procedure_openings(lake, connect())
    assert rows_of(openings, "siren", "opened_on", "kind") == [
        (OTHER, date(2026, 1, 2), "redressement")
    ]


def test_what_is_not_diffused_is_absent_in_names_and_addresses(read: Any) -> None:
    _, lake = read("sirene_not_diffusible")
    everything = [*rows(lake, "sirene_ul"), *rows(lake, "sirene_etab")]
    assert everything
    assert not any("ND" in str(value) for row in everything for value in row.values())
    names = {row["siren"]: row["name"] for row in rows(lake, "sirene_ul")}
    assert names == {FIRM: None, OTHER: None, THIRD: "EXEMPLE USUEL"}


def test_an_announced_closing_keeps_the_place_open_until_its_day(read: Any) -> None:
    _, lake = read("sirene_announced_closing")
    states = sorted(
        (row["started_on"], row["ended_on"], row["is_active"])
        for row in rows(lake, "sirene_histo")
        if row["siret"] == SEAT
    )
    assert states == [
        (date(2015, 3, 1), date(2026, 12, 30), True),
        (date(2026, 12, 31), None, False),
    ]


def test_a_head_office_is_told_or_its_line_is_rejected(read: Any) -> None:
    reports, lake = read("sirene_head_office_words")
    report = reports["StockEtablissement_utf8_geo.csv"]
    assert report.reasons == {"vrai ou faux attendu": 1}
    assert all(row["is_head_office"] for row in rows(lake, "sirene_etab"))
    assert len(rows(lake, "sirene_etab")) == 5


def test_without_coordinates_a_place_is_read(read: Any) -> None:
    _, lake = read("sirene_without_coordinates")
    (place,) = rows(lake, "sirene_etab")
    assert (place["siret"], place["longitude"], place["latitude"]) == (SEAT, None, None)


def test_links_of_succession_are_not_taken_for_establishments(read: Any) -> None:
    reports, lake = read("sirene_succession_links")
    assert {report.source for report in reports.values()} == {"sirene_etab", "sirene_succession"}
    (link,) = rows(lake, "sirene_succession")
    assert (link["predecessor"], link["successor"]) == (SEAT, FIRM + "00023")
    assert (link["linked_on"], link["is_continuous"]) == (date(2024, 1, 1), True)


def test_another_nomenclature_is_said(read: Any) -> None:
    reports, lake = read("sirene_naf2025")
    remark = "activité dans une autre nomenclature que la NAF rév. 2"
    assert reports["sireneUL.csv"].warnings == {remark: 1}
    assert {row["naf25"] for row in rows(lake, "sirene_ul")} == {"64.19Y"}


def test_a_column_written_twice_is_said(read: Any) -> None:
    reports, _ = read("column_twice")
    for report in reports.values():
        assert "figure deux fois" in (report.error or "")


def test_a_debt_beyond_measure_is_rejected_with_its_reason(read: Any) -> None:
    reports, lake = read("debit_out_of_range")
    assert reports["sigfaible_debits.csv"].reasons == {"montant hors limites": 1}
    assert len(rows(lake, "debit")) == 1


def test_of_two_accounts_for_one_closing_the_last_filed_counts(read: Any) -> None:
    _, lake = read("accounts_same_closing")
    revenues = {
        row["statement_type"]: row["revenue"]
        for row in rows(lake, "comptes")
        if (row["siren"], row["closed_on"]) == (FIRM, date(2024, 12, 31))
    }
    assert revenues == {"K": 9_000_000, "C": 2_000_000, "S": 300_000}


def test_every_case_has_its_test(samples: Path) -> None:
    tested = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("test_*.py")
    )
    cases = {folder.name for folder in (samples / "cases").iterdir() if folder.is_dir()}
    assert cases
    assert {case for case in cases if case not in tested} == set()
