"""Files of before December 2025: the siret of a line is the one its account had on its day."""

from datetime import date
from pathlib import Path

import pytest

from scoring.data.engine import connect
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.data.sources.report import FileReport
from tests.scoring.small_lake import rows_of
from tests.scoring.sources.conftest import TODAY

ACCOUNTS = (
    "Urssaf_gestion;Dep;Compte;Etat_compte;Siren;Siret;Date_crea_siret;Date_disp_siret\n"
    "049;05;C1;8;111111111;11111111100001;1130828;1200301\n"
    "049;05;C1;8;111111111;11111111100002;1200301;\n"
    "049;05;C2;8;222222222;22222222200001;1130828;1200301\n"
    "049;05;C3;8;333333333;33333333300001;1130828;9990101\n"
)
DUES = "Urssaf_gestion;Dep;Compte;periode;mer;enc_direct;cotis_due\n"
OLD = {
    "sigfaible_cotisdues.csv": (DUES, "1;2;{account};{period};0;80;100\n"),
    "sigfaible_debits.csv": (
        (
            "Urssaf_gestion;Dep;num_cpte;Siren;Dt_immat;Etat_cpte;Cd_pro_col;Periode;Num_Ecn;"
            "Num_Hist_Ecn;Dt_trt_ecn;Mt_PO;Mt_PP;Cd_op_ecn;Motif_ecn;Recours_en_cours\n"
        ),
        "1;2;{account};111111111;20000101;1;0;{period};659;1;1230805;100;200;1;2;0\n",
    ),
    "sigfaible_delais.csv": (
        (
            "Numero_compte_externe;Date_creation;Date_echeance;Duree_delai;"
            "Montant_global_echeancier;Code_externe_stade;Code_externe_action\n"
        ),
        "{account};{french};01/06/2024;30;1500;APPROB;SUR PO\n",
    ),
    "sigfaible_ccsf.csv": (
        "Urssaf_gestion;Dep;Compte;Date_de_traitement;Code_externe_stade;Code_externe_action\n",
        "1;2;{account};{urssaf};DEBUT;CCSF\n",
    ),
}
BEFORE = {"period": "202012", "french": "29/02/2020", "urssaf": "1200229"}
AFTER = {"period": "202013", "french": "01/03/2020", "urssaf": "1200301"}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def old(name: str, *lines: dict[str, str]) -> str:
    head, line = OLD[name]
    return head + "".join(line.format(**cells) for cells in lines)


def stage(inbox: Path, lake: Lake, batch: str = "b1") -> list[FileReport]:
    return import_directory(inbox, lake, batch_id=batch, today=TODAY)


def siret_of(lake: Lake, source: str, batch: str = "b1") -> list[str]:
    lake.restate([batch])
    return [siret for (siret,) in rows_of(lake.table(connect(), source), "siret")]


@pytest.mark.parametrize("name", OLD)
def test_an_account_moves_from_one_siret_to_the_next(
    name: str, inbox: Path, tmp_path: Path
) -> None:
    (inbox / "Sigfaible_etablissement_utf8.csv").write_text(ACCOUNTS)
    lines = [{"account": "C1", **BEFORE}, {"account": "C1", **AFTER}]
    (inbox / name).write_text(old(name, *lines))
    lake = Lake(tmp_path / "lake")
    _, report = stage(inbox, lake)
    assert report.valid == 2
    assert siret_of(lake, report.source) == ["11111111100001", "11111111100002"]


@pytest.mark.parametrize("name", OLD)
def test_an_account_without_siret_on_that_day_is_rejected(
    name: str, inbox: Path, tmp_path: Path
) -> None:
    (inbox / "Sigfaible_etablissement_utf8.csv").write_text(ACCOUNTS)
    unknown, ended = {"account": "C9", **BEFORE}, {"account": "C2", **AFTER}
    (inbox / name).write_text(old(name, unknown, {"account": "C3", **AFTER}, ended))
    lake = Lake(tmp_path / "lake")
    _, report = stage(inbox, lake)
    assert report.reasons == {"compte sans établissement à cette date": 2}
    assert siret_of(lake, report.source) == ["33333333300001"]


def test_the_better_reason_of_an_unreadable_day_is_the_day(inbox: Path, tmp_path: Path) -> None:
    (inbox / "comptes_urssaf.csv").write_text(ACCOUNTS)
    bad = {"account": "C1", "period": "20209"}
    (inbox / "sigfaible_cotisdues.csv").write_text(old("sigfaible_cotisdues.csv", bad))
    _, report = stage(inbox, Lake(tmp_path / "lake"))
    assert report.reasons == {"période illisible": 1}


def test_many_lines_keep_their_number(inbox: Path, tmp_path: Path) -> None:
    (inbox / "comptes_urssaf.csv").write_text(ACCOUNTS)
    bad = {7, 30_000, 59_999}
    lines = [
        {"account": "C9" if n in bad else f"C{n % 2 * 2 + 1}", **BEFORE} for n in range(60_000)
    ]
    (inbox / "sigfaible_cotisdues.csv").write_text(old("sigfaible_cotisdues.csv", *lines))
    lake = Lake(tmp_path / "lake")
    stage(inbox, lake)
    (rejects,) = lake.rejects("b1")
    found = connect().read_parquet(rejects).to_pyarrow().to_pylist()
    assert [(row["line"], row["raw"][4:6]) for row in found] == [(n + 2, "C9") for n in sorted(bad)]


def test_accounts_published_before_serve_later_files(inbox: Path, tmp_path: Path) -> None:
    (inbox / "comptes_urssaf.csv").write_text(ACCOUNTS)
    lake = Lake(tmp_path / "lake")
    stage(inbox, lake)
    lake.restate(["b1"])
    (inbox / "comptes_urssaf.csv").unlink()
    (inbox / "sigfaible_cotisdues.csv").write_text(
        old("sigfaible_cotisdues.csv", {"account": "C1", **BEFORE})
    )
    stage(inbox, lake, "b2")
    assert siret_of(lake, "cotisation", "b2") == ["11111111100001"]


def test_an_old_file_without_accounts_is_refused(inbox: Path, tmp_path: Path) -> None:
    (inbox / "sigfaible_cotisdues.csv").write_text(
        old("sigfaible_cotisdues.csv", {"account": "C1", **BEFORE})
    )
    (report,) = stage(inbox, Lake(tmp_path / "lake"))
    assert report.error is not None
    assert "fichier des comptes" in report.error


def test_the_end_of_an_account_may_be_missing_but_not_unreadable(
    inbox: Path, tmp_path: Path
) -> None:
    bad = "049;05;C4;8;333333333;33333333300001;1130828;demain\n"
    (inbox / "comptes_urssaf.csv").write_text(ACCOUNTS + bad)
    lake = Lake(tmp_path / "lake")
    (report,) = stage(inbox, lake)
    assert report.reasons == {"date illisible": 1}
    lake.restate(["b1"])
    ends = rows_of(lake.table(connect(), "admin_urssaf"), "account", "ends_on")
    assert ends[1] == ("C1", date(9999, 12, 31))
