"""What cannot be is rejected with its reason, in every column of every source; nothing overflows later."""

from datetime import date
from pathlib import Path

import pytest

from scoring.cli import main
from scoring.data.engine import connect
from scoring.data.lake import Lake
from scoring.data.sources.base import SourceColumn
from scoring.data.sources.registry import SOURCES
from scoring.data.views import VIEWS, ap_month
from tests.scoring.sources.conftest import (
    COTISATION,
    DEBIT,
    TODAY,
    Import,
    Load,
    contribution,
    debt,
)

DEBTS, DUES = "sigfaible_debits.csv", "sigfaible_cotisdues.csv"
FIRMS = "sigfaible_effectif_siren.csv"
REQUEST = "ID_DA,ETAB_SIRET,DATE_STATUT,DATE_DEB,DATE_FIN,HTA,MTA,EFF_AUTO,MOTIF_RECOURS_SE,PERIMETRE_AP\n"
#: the columns whose bounds are those of what they are computed from, or that no line can get wrong
DERIVED = {
    "debit.effective_month", "cotisation.period_end", "debit.period_end", "admin_urssaf.ends_on",
    "communes.received_on", "ellisphere.received_on", "terrind.received_on",
}  # fmt: skip
NUMBERS = {"DOUBLE", "INTEGER", "BIGINT"}


def request(
    start: str = "2024-01-01", end: str = "2024-01-31", hours: str = "100", workforce: str = "1"
) -> str:
    return f"7,11111111111111,2024-01-05,{start},{end},{hours},1,{workforce},1,1\n"


@pytest.mark.parametrize(
    ("name", "content", "column", "reason"),
    [
        (DEBTS, DEBIT + debt(employee="9300000000000000000"), "Mt_PO", "montant hors limites"),
        (DEBTS, DEBIT + debt(employer="-9300000000000000000"), "Mt_PP", "montant hors limites"),
        (DEBTS, DEBIT + debt(treated="581231"), "Dt_trt_ecn", "date hors limites"),
        (DEBTS, DEBIT + debt(period="195931"), "Periode", "période hors limites"),
        (DUES, COTISATION + contribution(due="1e13"), "cotis_due", "montant hors limites"),
        (DUES, COTISATION + contribution(due="9" * 400), "cotis_due", "montant hors limites"),
        (DUES, COTISATION + contribution(paid="inf"), "enc_direct", "montant illisible"),
        (DUES, COTISATION + contribution(paid="nan"), "enc_direct", "montant illisible"),
        (DUES, COTISATION + contribution(paid="12 5"), "enc_direct", "montant illisible"),
        (FIRMS, "siren;eff202411;eff202412\n732829320;5;1e99\n", "eff202412", "effectif hors limites"),
        (FIRMS, "siren;eff202411\n732829320;-3000000\n", "eff202411", "effectif hors limites"),
        (FIRMS, "siren;eff202411\n732829320;inf\n", "eff202411", "effectif illisible"),
        ("demande_ap.csv", REQUEST + request(end="9999-12-31"), "DATE_FIN", "date hors limites"),
        ("demande_ap.csv", REQUEST + request(start="1000-01-01"), "DATE_DEB", "date hors limites"),
        ("demande_ap.csv", REQUEST + request(end="2030-01-31"), "DATE_FIN", "demande de plus de cinq ans"),
        ("demande_ap.csv", REQUEST + request(hours="1e30"), "HTA", "nombre d’heures hors limites"),
        ("demande_ap.csv", REQUEST + request(workforce="1e9"), "EFF_AUTO", "nombre hors limites"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_rejected_with_its_reason(
    load: Load, name: str, content: str, column: str, reason: str
) -> None:
    assert load(name, content).faults == [(2, column, reason)]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1 234,5", 1234.5), ("-1 234 567", -1234567.0), ("- 12", -12.0), ("1\u202f234.5", 1234.5), ("12,5", 12.5),
     ("12 5", None), ("1 23", None), ("1234 567", None), ("1 234 5", None), ("1,5 0", None), ("1  234", None)],
)  # fmt: skip
def test_a_space_separates_thousands_and_nothing_else(
    load: Load, text: str, value: float | None
) -> None:
    loaded = load(DUES, COTISATION + contribution(due=text))
    assert [row["due"] for row in loaded.rows] == ([] if value is None else [value])


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_number_and_every_day_of_every_source_has_bounds(name: str) -> None:
    """A new column cannot forget them."""
    source = SOURCES[name]
    for layout in source.layouts:
        for column in layout.columns:
            if f"{name}.{column.name}" not in DERIVED and column.headers:
                assert is_bounded(column), column.name
    assert all(measure.between for measure in (source.periods.measures if source.periods else ()))


def is_bounded(column: SourceColumn) -> bool:
    conditions = " ".join([column.value, *(check.condition for check in column.checks)])
    if column.type in NUMBERS:
        return "BETWEEN" in conditions or "AS INT" in conditions
    # « <> » compares with an empty cell: it bounds nothing.
    compared = conditions.replace("<>", "")
    return column.type != "DATE" or (
        "today" in compared and any(bound in compared for bound in ("<", "least("))
    )


def test_views_stand_what_was_let_in(import_all: Import, tmp_path: Path) -> None:
    """The largest values, and the longest expansions, that are let in."""
    debts = "".join(
        debt(employee="99999999999999", employer="99999999999999", history=str(n), treated="600105", period="196011")
        for n in range(20)
    )  # fmt: skip
    requests = "".join(
        request(start="2019-01-01", end="2023-12-31", hours="999999999999").replace(
            "7,", f"{n},", 1
        )
        for n in range(50)
    )
    imported = import_all({
        DEBTS: DEBIT + debts + debt(),
        DUES: COTISATION + contribution(due="-999999999999"),
        "demande_ap.csv": REQUEST + requests,
        FIRMS: "siren;eff202411\n732829320;2000000\n",
    })  # fmt: skip
    assert all(report.rejected == 0 for report in imported.reports.values())
    imported.lake.restate(["b"])
    con = connect()
    for view in VIEWS.values():
        view(imported.lake, con, None).count().to_pyarrow()
    hours = ap_month(imported.lake, con).hours_authorised.sum().to_pyarrow().as_py()
    assert hours == pytest.approx(50 * 999999999999, rel=1e-6)


def test_a_delay_may_have_no_end_but_not_an_end_beyond_a_generation(load: Load) -> None:
    header = (
        "Siret;Numero_compte_externe;Date_creation;Date_echeance;Duree_delai;"
        "Montant_global_echeancier;Code_externe_stade;Code_externe_action\n"
    )
    lines = [
        f"11111111111111;C1;21/05/2024;{end};;0;APPROB;SUR PO\n"
        for end in ("31/12/9999", "31/12/9998", "")
    ]
    loaded = load("sigfaible_delais.csv", header + "".join(lines))
    assert [row["due_on"] for row in loaded.rows] == [date(9999, 12, 31)]
    assert [fault[2] for fault in loaded.faults] == ["date hors limites", "date vide"]


def test_cases_met_by_others(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = samples / "cases" / "debit_out_of_range" / "in"
    assert main(["sources", str(case), str(tmp_path), "--today", "2026-11-29"]) == 0
    assert "1 × montant hors limites" in capsys.readouterr().out
    assert main(["views", str(tmp_path)]) == 0


def test_the_days_of_the_lake_are_dates(import_all: Import) -> None:
    """A moment of the day would make two equal days differ."""
    imported = import_all({
        "StockEtablissementHistorique_utf8.csv": "siret,dateDebut,dateFin,etatAdministratifEtablissement,"
        "changementEtatAdministratifEtablissement,activitePrincipaleEtablissement,"
        "nomenclatureActivitePrincipaleEtablissement\n"
        "73282932000074,2010-01-01,2015-12-31,A,true,24.10Z,NAFRev2\n",
    })  # fmt: skip
    (row,) = imported.rows("sirene_histo")
    assert (row["started_on"], row["ended_on"]) == (date(2010, 1, 1), date(2015, 12, 31))
    lake: Lake = imported.lake
    lake.restate(["b"])
    con = connect()
    for name, view in VIEWS.items():
        kinds = view(lake, con, TODAY).schema()
        days = [column for column in kinds if column.endswith("_on") or column == "month"]
        assert {str(kinds[day]) for day in days} <= {"date"}, name
