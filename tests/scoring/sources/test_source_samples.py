"""The partners' sample files: the real extract loads whole, the public samples agree."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scoring.lake import Lake, connect
from scoring.sources import import_directory
from tests.scoring.sources.conftest import Loaded, load_path

pytestmark = pytest.mark.samples
URSSAF = "osf_samples_current/lib/parsing/urssaf/testData"


def test_the_real_extract_loads_whole(samples: Path, tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    reports = import_directory(
        samples / "partner_files_real", lake, batch_id="b1", today=date(2021, 5, 1)
    )
    assert {report.source: report.valid for report in reports} == {
        "sirene_ul": 400,
        "sirene_etab": 3552,
        "effectif": 1653,
        "effectif_ent": 400,
        "cotisation": 37620,
        "debit": 8443,
        "delai": 366,
        "procol": 49,
        "ap_demande": 2143,
        "ap_conso": 6927,
        "bdf": 2638,
        "paydex": 22871,
    }
    assert not any(report.rejected or report.outside or report.error for report in reports)
    lake.publish("b1")
    con = connect()
    assert lake.table(con, "debit").count().to_pyarrow().as_py() == 8443


def sample(samples: Path, path: str, *, name: str, tmp_path: Path) -> Loaded:
    copy = tmp_path / name
    copy.write_bytes((samples / path).read_bytes())
    return load_path(copy, tmp_path / "out")


def expected(samples: Path, path: str) -> list[dict[str, Any]]:
    tuples: list[dict[str, Any]] = json.loads((samples / path).read_text())["tuples"]
    return tuples


def day(stamp: str) -> date:
    return date.fromisoformat(stamp[:10])


def test_contributions_agree_with_the_public_sample(samples: Path, tmp_path: Path) -> None:
    loaded = sample(
        samples, f"{URSSAF}/cotisationTestData.csv", name="cotisdues.csv", tmp_path=tmp_path
    )
    assert [
        (row["account"], row["period_start"], row["period_end"], row["paid"], row["due"])
        for row in loaded.rows
    ] == [
        (t["numero_compte"], day(t["periode_debut"]), day(t["periode_fin"]), t["encaisse"], t["du"])
        for t in expected(samples, f"{URSSAF}/expectedCotisation.json")
    ]


def test_debts_agree_but_for_the_quarter_zero(samples: Path, tmp_path: Path) -> None:
    loaded = sample(samples, f"{URSSAF}/debitTestData.csv", name="debits.csv", tmp_path=tmp_path)
    wanted = expected(samples, f"{URSSAF}/expectedDebit.json")[:2]
    assert [
        (row["treated_on"], row["effective_month"], row["employee_part"], row["has_appeal"])
        for row in loaded.rows
    ] == [
        (
            day(t["date_traitement"]),
            day(t["periode_prise_en_compte"]),
            t["part_ouvriere"],
            t["recours_en_cours"],
        )
        for t in wanted
    ]
    assert loaded.faults == [(4, "Periode", "période illisible")]


def test_corrupt_debts_are_rejected_line_by_line(samples: Path, tmp_path: Path) -> None:
    loaded = sample(
        samples, f"{URSSAF}/debitCorrompuTestData.csv", name="debits.csv", tmp_path=tmp_path
    )
    assert loaded.faults == [
        (3, None, "nombre de champs : 4 au lieu de 17"),
        (4, "Periode", "période illisible"),
        (5, None, "nombre de champs : 1 au lieu de 17"),
        (6, "Periode", "période illisible"),
    ]


def test_delays_agree_with_the_public_sample(samples: Path, tmp_path: Path) -> None:
    loaded = sample(samples, f"{URSSAF}/delaiTestData.csv", name="delais.csv", tmp_path=tmp_path)
    assert [
        (row["created_on"], row["due_on"], row["duration_days"], row["amount"], row["stage"])
        for row in loaded.rows
    ] == [
        (
            day(t["date_creation"]),
            day(t["date_echeance"]),
            t["duree_delai"],
            t["montant_echeancier"],
            t["stade"],
        )
        for t in expected(samples, f"{URSSAF}/expectedDelai.json")
    ]


def test_procedures_agree_with_the_public_sample(samples: Path, tmp_path: Path) -> None:
    loaded = sample(samples, f"{URSSAF}/procolTestData.csv", name="pcoll.csv", tmp_path=tmp_path)
    assert [(row["effective_on"], row["kind"], row["stage"]) for row in loaded.rows] == [
        (day(t["date_effet"]), t["action_procol"], t["stade_procol"])
        for t in expected(samples, f"{URSSAF}/expectedProcol.json")
    ]


def test_requests_agree_with_the_public_sample(samples: Path, tmp_path: Path) -> None:
    folder = "osf_samples_current/lib/parsing/apdemande/testData"
    loaded = sample(
        samples, f"{folder}/apdemandeTestData.csv", name="demande_ap.csv", tmp_path=tmp_path
    )
    assert [
        (row["request_id"], row["start_on"], row["end_on"], row["hours_authorised"], row["amount"])
        for row in loaded.rows
    ] == [
        (t["id_demande"], day(t["periode_debut"]), day(t["periode_fin"]), t["hta"], t["mta"])
        for t in expected(samples, f"{folder}/expectedApdemande.json")
    ]


def test_blank_lines_between_requests_are_skipped(samples: Path, tmp_path: Path) -> None:
    path = "osf_samples_current/tests/testData/apdemandeTestData.csv"
    assert sample(samples, path, name="demande_ap.csv", tmp_path=tmp_path).report.rows == 3


def test_consumption_agrees_with_the_public_sample(samples: Path, tmp_path: Path) -> None:
    path = "osf_samples_current/tests/testData/apconsoTestData.csv"
    loaded = sample(samples, path, name="consommation_ap.csv", tmp_path=tmp_path)
    assert [row["hours"] for row in loaded.rows] == [311.54, 44.11, 780.0]
    assert [row["month"].month for row in loaded.rows] == [12, 1, 12]


def test_workforces_agree_with_the_public_samples(samples: Path, tmp_path: Path) -> None:
    path = "osf_samples_current/tests/testData/effectif{}TestData.csv"
    firms = sample(samples, path.format("Ent"), name="effectif_siren.csv", tmp_path=tmp_path).rows
    assert [row["workforce"] for row in firms] == [629, 536, 209, 0, 585]
    places = sample(samples, path.format(""), name="effectif_siret.csv", tmp_path=tmp_path)
    assert places.report.valid == 3
    first = [row["workforce"] for row in places.rows if row["siret"] == "54236870268934"]
    assert first[:4] == [629, 536, 209, 801]


def test_legal_units_agree_but_keep_the_other_nomenclature(samples: Path, tmp_path: Path) -> None:
    folder = "osf_samples_current/lib/parsing/sirene_ul/testData"
    loaded = sample(
        samples, f"{folder}/sireneULTestData.csv", name="sireneUL.csv", tmp_path=tmp_path
    )
    wanted = {
        t["siren"]: (t["ape"], t["est_actif"])
        for t in expected(samples, f"{folder}/expectedSireneUL.json")
    }
    assert {row["siren"]: (row["naf"], row["is_active"]) for row in loaded.rows} == {
        **wanted,
        "238307776": (None, True),
    }


def test_establishments_agree_but_keep_the_other_nomenclature(
    samples: Path, tmp_path: Path
) -> None:
    folder = "osf_samples_current/lib/parsing/sirene/testData"
    loaded = sample(
        samples, f"{folder}/sireneTestData.csv", name="StockEtablissement.csv", tmp_path=tmp_path
    )
    assert loaded.report.valid == 5
    rows = {row["siren"]: row for row in loaded.rows}
    for t in expected(samples, f"{folder}/expectedSirene.json"):
        row = rows[t["siren"]]
        assert (row["department"], row["naf"], row["longitude"], row["latitude"]) == (
            t["departement"],
            t["ape"],
            t.get("longitude"),
            t.get("latitude"),
        )
    assert rows["121212123"]["naf"] is None


def test_the_day_a_row_is_known_is_never_before_its_own_day(samples: Path, tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    import_directory(samples / "partner_files_real", lake, batch_id="b", today=date(2021, 5, 1))
    lake.publish("b")
    con = connect()
    debts = lake.table(con, "debit")
    lag = debts.known_at.delta(debts.treated_on, unit="day").min().to_pyarrow().as_py()
    assert timedelta(days=lag) == timedelta(days=30)
