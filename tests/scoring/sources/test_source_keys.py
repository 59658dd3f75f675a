"""A key is written once: the same line, the same file, the same firm twice count once, and it is said."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from scoring.data.engine import connect
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.data.sources.registry import SOURCES
from scoring.data.views import contribution_month, workforce_month
from tests.scoring.sources.conftest import (
    COTISATION,
    DEBIT,
    TODAY,
    Import,
    contribution,
    debt,
    read_all,
)

DUES, DEBTS = "sigfaible_cotisdues.csv", "sigfaible_debits.csv"
UNITS = (
    "siren,denominationUniteLegale,prenom1UniteLegale,nomUniteLegale,nomUsageUniteLegale,"
    "categorieJuridiqueUniteLegale,dateCreationUniteLegale,activitePrincipaleUniteLegale,"
    "nomenclatureActivitePrincipaleUniteLegale,etatAdministratifUniteLegale\n"
)
REQUEST = "ID_DA,ETAB_SIRET,DATE_STATUT,DATE_DEB,DATE_FIN,HTA,MTA,EFF_AUTO,MOTIF_RECOURS_SE,PERIMETRE_AP\n"
ACCOUNTS = (
    "siren;date_cloture_exercice;date_depot;"
    + ";".join(header for header in SOURCES["comptes"].layouts[0].headers if header not in {
        "siren", "date_cloture_exercice", "date_depot"
    })
    + "\n"
)  # fmt: skip


def unit(siren: str = "732829320", name: str = "X", state: str = "A") -> str:
    return f"{siren},{name},,,,5710,2001-02-03,24.10Z,NAFRev2,{state}\n"


def request(hours: str = "100", status: str = "2024-01-05", number: str = "7") -> str:
    return f"{number},11111111111111,{status},2024-01-01,2024-01-31,{hours},1,1,1,1\n"


def account(kind: str, revenue: str, filed: str) -> str:
    amounts = ";".join("1" for _ in range(18))
    return f"732829320;2022-12-31;{filed};{revenue};{amounts};{kind};Public\n"


def test_the_same_line_twice_counts_once_and_is_said(import_all: Import) -> None:
    imported = import_all(
        {DUES: COTISATION + contribution() * 2, "demande_ap.csv": REQUEST + request() * 2}
    )
    assert imported.counted(DUES) == imported.counted("demande_ap.csv") == (1, 1)
    assert imported.reports[DUES].warnings["ligne en double, comptée une fois"] == 1
    assert [row["hours_authorised"] for row in imported.rows("ap_demande")] == [100.0]
    imported.lake.restate(["b"])
    months = contribution_month(imported.lake, connect()).due.sum().to_pyarrow().as_py()
    assert months == 100.0


@pytest.mark.parametrize(
    ("second", "content"),
    [
        ("sigfaible_cotisdues_bis.csv", (COTISATION + contribution()).encode()),
        (DUES + ".gz", gzip.compress((COTISATION + contribution()).encode())),
        ("cotisdues_windows.csv", (COTISATION + contribution()).replace("\n", "\r\n").encode()),
    ],
)
def test_the_same_file_twice_counts_once(import_all: Import, second: str, content: bytes) -> None:
    imported = import_all({DUES: COTISATION + contribution(), second: content})
    assert len(imported.rows("cotisation")) == 1
    assert sorted(imported.counted(name) for name in (DUES, second)) == [(0, 1), (1, 0)]


def test_a_copy_says_which_file_it_copies(import_all: Import) -> None:
    lines = COTISATION + contribution() + contribution(siret="1")
    imported = import_all({DUES: lines, "sigfaible_cotisdues_bis.csv": lines})
    copy = imported.reports["sigfaible_cotisdues_bis.csv"]
    assert (copy.rows, copy.valid, copy.rejected, copy.duplicates) == (2, 0, 0, 2)
    assert copy.warnings == {f"même contenu que « {DUES} », compté une fois": 2}
    assert len(imported.lake.rejects("b")) == 1


def test_two_names_of_the_register_of_firms_make_one_firm(import_all: Import) -> None:
    files = {
        "sireneUL.csv": UNITS + unit(),
        "StockUniteLegale_utf8.csv": UNITS + unit(name="Y") + unit("552100554"),
    }
    imported = import_all(files)
    firms = imported.rows("sirene_ul")
    assert sorted(firm["siren"] for firm in firms) == ["552100554", "732829320"]
    assert sum(report.valid for report in imported.reports.values()) == len(firms)
    (remark,) = {r for report in imported.reports.values() for r in report.warnings}
    assert remark.startswith("ligne de même clé qu’une autre (siren) mais différente")


@pytest.mark.parametrize("turn", range(6))
def test_neither_the_order_of_the_lines_nor_of_the_files_chooses(
    import_all: Import, turn: int
) -> None:
    lines = [unit(name=name, state=state) for name in "XYZ" for state in "AC"]
    lines = lines[turn:] + lines[:turn]
    files = {"sireneUL.csv": lines[:3], "StockUniteLegale_utf8.csv": lines[3:]}
    imported = import_all({name: UNITS + "".join(some) for name, some in files.items()})
    (firm,) = imported.rows("sirene_ul")
    assert (firm["name"], firm["is_active"]) == ("Z", True)


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_accounts_for_one_closing_the_last_filed_counts(
    import_all: Import, turn: int
) -> None:
    lines = [
        account("C", "9", "2023-05-01"),
        account("C", "2", "2023-09-01"),
        account("K", "70", ""),
    ]
    content = ACCOUNTS + "".join(lines[::turn])
    rows = import_all({"ratios_inpi_bce.csv": content}).rows("comptes")
    assert sorted((row["statement_type"], row["revenue"]) for row in rows) == [
        ("C", 2.0),
        ("K", 70.0),
    ]


def test_accounts_are_not_filed_before_their_closing(import_all: Import) -> None:
    """They would be known, and would teach, before the year they tell of was over."""
    lines = account("C", "9", "2022-12-30") + account("S", "2", "2022-12-31")
    imported = import_all({"ratios_inpi_bce.csv": ACCOUNTS + lines})
    assert imported.reports["ratios_inpi_bce.csv"].reasons == {"dépôt antérieur à la clôture": 1}
    assert [row["statement_type"] for row in imported.rows("comptes")] == ["S"]


def test_the_last_status_of_a_request_counts(import_all: Import) -> None:
    lines = request("50", "2024-02-01") + request("90", "2024-01-05")
    (row,) = import_all({"demande_ap.csv": REQUEST + lines}).rows("ap_demande")
    assert row["hours_authorised"] == 50.0


def test_two_debts_of_one_amount_are_two_debts(import_all: Import) -> None:
    other = debt().replace(";659;", ";660;")
    imported = import_all({DEBTS: DEBIT + debt() + debt(history="2") + other})
    assert imported.counted(DEBTS) == (3, 0)


def test_months_are_told_apart_and_a_line_counts_while_a_month_of_it_does(
    import_all: Import,
) -> None:
    imported = import_all({
        "sigfaible_effectif_siret.csv": "compte;siret;eff202411;eff202412\n"
        "A;11111111111111;5;6\n"
        "A;11111111111111;5;6\n"
        "B;11111111111111;2;\n",
        "effectif_ancien.csv": "compte;siret;eff202341;eff202411\nA;11111111111111;4;5\n",
    })  # fmt: skip
    assert imported.counted("sigfaible_effectif_siret.csv") in {(2, 1), (1, 2)}
    assert sum(report.valid for report in imported.reports.values()) == 3
    imported.lake.restate(["b"])
    months = workforce_month(imported.lake, connect()).order_by("month").workforce
    assert months.to_pyarrow().to_pylist() == [4.0, 7.0, 6.0]


@pytest.mark.parametrize("whole", ["effectif_2.csv", "effectif_0.csv"])
def test_an_establishment_told_as_a_whole_and_by_account_counts_once(
    import_all: Import, whole: str
) -> None:
    imported = import_all({
        "effectif_1.csv": "compte;siret;eff202411\nA;11111111111111;5\nB;11111111111111;2\n",
        whole: "siret;eff202411;eff202412\n11111111111111;7;8\n22222222222222;4;\n11111111111111;7;8\n",
    })  # fmt: skip
    assert imported.counted(whole) == (2, 1)
    imported.lake.restate(["b"])
    months = workforce_month(imported.lake, connect()).order_by("siret", "month").workforce
    assert months.to_pyarrow().to_pylist() == [7.0, 8.0, 4.0]


def test_an_account_left_empty_in_one_file_is_an_account_like_the_others(
    import_all: Import,
) -> None:
    lines = "compte;siret;eff202411\nA;11111111111111;5\n;11111111111111;2\n"
    assert import_all({"effectif_1.csv": lines}).counted("effectif_1.csv") == (2, 0)


def test_what_has_no_duplicate_is_not_written_again(import_all: Import) -> None:
    imported = import_all({DUES: COTISATION + contribution() + contribution(period="202032")})
    (part,) = imported.lake.parts("cotisation", "b")
    assert imported.counted(DUES) == (2, 0)
    assert [row["period_start"].month for row in read_all(part.parent)] == [7, 8]


def test_the_rows_that_stay_keep_their_order(import_all: Import) -> None:
    months = [
        f"20{year}{quarter}{month}"
        for year in (20, 21)
        for quarter in (1, 2)
        for month in (1, 2, 3)
    ]
    lines = [contribution(period=period) for period in months]
    rows = import_all({DUES: COTISATION + "".join(lines + lines[:5])}).rows("cotisation")
    assert [row["period_start"] for row in rows] == sorted(row["period_start"] for row in rows)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_key_is_made_of_columns_of_its_source(name: str) -> None:
    source = SOURCES[name]
    assert set(source.key) <= set(source.schema)
    assert {term.split()[0] for term in source.keeps} <= set(source.schema)


@pytest.mark.parametrize(
    ("case", "file", "valid", "duplicates"),
    [
        ("sirene_firm_twice", "sireneUL.csv", 1, 1),
        ("accounts_same_closing", "ratios_inpi_bce.csv", 6, 1),
    ],
)
def test_cases_met_by_others(
    samples: Path, tmp_path: Path, case: str, file: str, valid: int, duplicates: int
) -> None:
    lake = Lake(tmp_path)
    found: dict[str, Any] = {
        report.file: report
        for report in import_directory(
            samples / "cases" / case / "in", lake, batch_id="b", today=TODAY.replace(year=2026)
        )
    }
    assert (found[file].valid, found[file].duplicates) == (valid, duplicates)
