"""The partners' sample files of today: the real extract loads whole, the public samples agree.

Each expected tuple of the public samples is compared field by field: what we name otherwise is in
the mapping, what we do not keep is in `not_kept`, so that no field is forgotten.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scoring.data.engine import connect
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.data.sources.errors import SourceError
from tests.scoring.sources.conftest import Loaded, load_path

pytestmark = pytest.mark.samples
PARSING = "osf_samples_current/lib/parsing"
URSSAF = f"{PARSING}/urssaf/testData"
Row = dict[str, Any]
Mapped = Mapping[str, str | Callable[[Row], object]]

DEBT: Mapped = {
    "numero_compte": "account",
    "numero_ecart_negatif": "debt_number",
    "date_traitement": "treated_on",
    "periode_prise_en_compte": "effective_month",
    "part_ouvriere": "employee_part",
    "part_patronale": "employer_part",
    "numero_historique": "operation_number",
    "etat_compte": lambda row: int(row["account_state"]),
    "code_procedure_collective": "procedure_code",
    "periode_debut": "period_start",
    "periode_fin": "period_end",
    "code_operation_ecart_negatif": "operation_code",
    "code_motif_ecart_negatif": "reason_code",
    "recours_en_cours": "has_appeal",
    "DebitID": lambda row: (
        f"{row['siret']}{row['period_start']:%Y%m%d}{row['period_end']:%Y%m%d}{row['debt_number']}"
    ),
}


def test_the_real_extract_loads_completely(samples: Path, tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    reports = import_directory(
        samples / "partner_files_real", lake, batch_id="b1", today=date(2021, 5, 1)
    )
    assert {report.source: report.rows for report in reports} == {
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
    # Effacing their names gave some firms the siren of others.
    repeated = {report.source: report.duplicates for report in reports if report.duplicates}
    assert repeated == {"paydex": 302, "sirene_etab": 1}
    lake.restate(["b1"])
    con = connect()
    debts = lake.table(con, "debit")
    assert debts.count().to_pyarrow().as_py() == 8443
    lag = debts.known_at.delta(debts.treated_on, unit="day").min().to_pyarrow().as_py()
    assert timedelta(days=lag) == timedelta(days=30)


def sample(samples: Path, path: str, *, name: str, tmp_path: Path) -> Loaded:
    copy = tmp_path / name
    copy.write_bytes((samples / path).read_bytes())
    return load_path(copy, tmp_path / "out", today=date(2026, 3, 1))


def expected(samples: Path, path: str) -> list[Row]:
    tuples: list[Row] = json.loads((samples / path).read_text())["tuples"]
    return [{name: as_value(value) for name, value in wanted.items()} for wanted in tuples]


def as_value(value: object) -> object:
    """A stamp of time as a date; the day of year 1 means none, an empty text too."""
    if isinstance(value, str) and value.endswith("T00:00:00Z"):
        day = date.fromisoformat(value[:10])
        return None if day.year == 1 else day
    return None if value == "" else value


def agree(rows: list[Row], wanted: list[Row], fields: Mapped, *, not_kept: set[str]) -> None:
    """Compare all the rows with the expected tuples, in order."""
    assert len(rows) == len(wanted)
    for row, one in zip(rows, wanted, strict=True):
        assert set(one) <= set(fields) | not_kept
        found = {
            name: row[fields[name]] if isinstance(fields[name], str) else fields[name](row)
            for name in fields
            if name in one
        }
        assert found == {name: value for name, value in one.items() if name in fields}


def test_contributions_agree(samples: Path, tmp_path: Path) -> None:
    path = f"{URSSAF}/cotisationTestData.csv"
    loaded = sample(samples, path, name="cotisdues.csv", tmp_path=tmp_path)
    fields = {
        "numero_compte": "account",
        "periode_debut": "period_start",
        "periode_fin": "period_end",
        "encaisse": "paid",
        "du": "due",
    }
    agree(
        loaded.rows, expected(samples, f"{URSSAF}/expectedCotisation.json"), fields, not_kept=set()
    )


def test_debts_agree(samples: Path, tmp_path: Path) -> None:
    path = f"{URSSAF}/debitTestData.csv"
    loaded = sample(samples, path, name="debits.csv", tmp_path=tmp_path)
    agree(loaded.rows, expected(samples, f"{URSSAF}/expectedDebit.json"), DEBT, not_kept=set())


def test_corrupt_debts_agree_and_cost_their_own_line(samples: Path, tmp_path: Path) -> None:
    path = f"{URSSAF}/debitCorrompuTestData.csv"
    loaded = sample(samples, path, name="debits.csv", tmp_path=tmp_path)
    wanted = expected(samples, f"{URSSAF}/expectedDebitCorrompu.json")
    agree(loaded.rows, wanted, DEBT, not_kept=set())
    assert loaded.faults == [
        (3, None, "nombre de champs : 4 au lieu de 17"),
        (5, None, "nombre de champs : 1 au lieu de 17"),
    ]


def test_delays_agree(samples: Path, tmp_path: Path) -> None:
    loaded = sample(samples, f"{URSSAF}/delaiTestData.csv", name="delais.csv", tmp_path=tmp_path)
    fields = {
        "numero_compte": "account",
        "numero_contentieux": "structure_number",
        "date_creation": "created_on",
        "date_echeance": "due_on",
        "duree_delai": "duration_days",
        "montant_echeancier": "amount",
        "stade": "stage",
        "action": "action",
    }
    # The name is Sirene's, the year and whether it lasts six months follow from the dates.
    not_kept = {"denomination", "indic_6m", "annee_creation"}
    agree(loaded.rows, expected(samples, f"{URSSAF}/expectedDelai.json"), fields, not_kept=not_kept)


def test_requests_to_the_board_of_creditors_agree(samples: Path, tmp_path: Path) -> None:
    loaded = sample(samples, f"{URSSAF}/ccsfTestData.csv", name="ccsf.csv", tmp_path=tmp_path)
    fields = {"date_traitement": "treated_on", "stade": "stage", "action": "action"}
    agree(loaded.rows, expected(samples, f"{URSSAF}/expectedCcsf.json"), fields, not_kept=set())


def test_procedures_agree(samples: Path, tmp_path: Path) -> None:
    loaded = sample(samples, f"{URSSAF}/procolTestData.csv", name="pcoll.csv", tmp_path=tmp_path)
    fields = {"date_effet": "effective_on", "action_procol": "kind", "stade_procol": "stage"}
    agree(loaded.rows, expected(samples, f"{URSSAF}/expectedProcol.json"), fields, not_kept=set())


def test_requests_of_short_time_agree(samples: Path, tmp_path: Path) -> None:
    folder = f"{PARSING}/apdemande/testData"
    path = f"{folder}/apdemandeTestData.csv"
    loaded = sample(samples, path, name="demande_ap.csv", tmp_path=tmp_path)
    fields: Mapped = {
        "id_demande": "request_id",
        "effectif_entreprise": "company_workforce",
        "effectif": "workforce",
        "date_statut": "status_on",
        "periode_debut": "start_on",
        "periode_fin": "end_on",
        "hta": "hours_authorised",
        "mta": "amount",
        "effectif_autorise": "workforce_authorised",
        "motif_recours_se": lambda row: int(row["reason_code"]),
        "heures_consommees": "hours_consumed",
        "montant_consomme": "amount_consumed",
        "effectif_consomme": "workforce_consumed",
        "perimetre": lambda row: int(row["scope_code"]),
    }
    agree(
        loaded.rows, expected(samples, f"{folder}/expectedApdemande.json"), fields, not_kept=set()
    )


def test_blank_lines_between_requests_are_skipped(samples: Path, tmp_path: Path) -> None:
    path = "osf_samples_current/tests/testData/apdemandeTestData.csv"
    report = sample(samples, path, name="demande_ap.csv", tmp_path=tmp_path).report
    assert (report.rows, report.valid) == (3, 3)


def test_consumption_is_read(samples: Path, tmp_path: Path) -> None:
    path = "osf_samples_current/tests/testData/apconsoTestData.csv"
    loaded = sample(samples, path, name="consommation_ap.csv", tmp_path=tmp_path)
    assert [row["hours"] for row in loaded.rows] == [311.54, 44.11, 780.0]


def test_the_month_of_a_consumption_is_its_first_day(samples: Path, tmp_path: Path) -> None:
    """The former pipeline kept 2020-12-30 as it was: the month then matched nothing."""
    path = "osf_samples_current/tests/testData/apconsoTestData.csv"
    loaded = sample(samples, path, name="consommation_ap.csv", tmp_path=tmp_path)
    assert [row["month"] for row in loaded.rows][-1] == date(2020, 12, 1)


def test_workforces_are_read(samples: Path, tmp_path: Path) -> None:
    path = "osf_samples_current/tests/testData/effectif{}TestData.csv"
    firms = sample(samples, path.format("Ent"), name="effectif_siren.csv", tmp_path=tmp_path).rows
    assert [row["workforce"] for row in firms] == [629, 536, 209, 0, 585]
    assert [row["month"].month for row in firms] == [1, 2, 3, 4, 5]
    places = sample(samples, path.format(""), name="effectif_siret.csv", tmp_path=tmp_path)
    assert places.report.valid == 3
    first = [row["workforce"] for row in places.rows if row["siret"] == "54236870268934"]
    assert first[:4] == [629, 536, 209, 801]


def test_the_files_of_the_perimeter_are_read(samples: Path, tmp_path: Path) -> None:
    folder = "osf_samples_current/lib/filter/testData"
    for file, name, valid in (
        ("test_data.csv", "effectif_siren.csv", 7),
        ("test_uniteLegale.csv", "sireneUL.csv", 6),
    ):
        (tmp_path / file).mkdir()
        loaded = sample(samples, f"{folder}/{file}", name=name, tmp_path=tmp_path / file)
        assert (loaded.report.valid, loaded.report.rejected) == (valid, 0)


def test_a_month_that_is_none_is_refused_by_name(samples: Path, tmp_path: Path) -> None:
    """`eff202401` has no quarter; the former pipeline ignored the names of months."""
    path = "osf_samples_current/lib/filter/testData/minimal_effectif.csv"
    with pytest.raises(SourceError, match="« eff202401 »"):
        sample(samples, path, name="effectif_siren.csv", tmp_path=tmp_path)


def test_legal_units_agree(samples: Path, tmp_path: Path) -> None:
    folder = f"{PARSING}/sirene_ul/testData"
    path = f"{folder}/sireneULTestData.csv"
    loaded = sample(samples, path, name="sireneUL.csv", tmp_path=tmp_path)
    fields: Mapped = {
        "siren": "siren",
        "raison_sociale": lambda row: None if row["name"].endswith(" EI") else row["name"],
        "prenom1_unite_legale": lambda row: row["name"].split()[1].lower(),
        "nom_unite_legale": lambda row: row["name"].split()[0].lower(),
        "categorie_juridique": "legal_category",
        "ape": "naf",
        "ape_naf25": "naf25",
        "est_actif": "is_active",
        "date_creation": "created_on",
    }
    classed = [row for row in loaded.rows if row["naf"]]
    agree(classed, expected(samples, f"{folder}/expectedSireneUL.json"), fields, not_kept=set())


def test_a_legal_unit_in_another_nomenclature_is_kept(samples: Path, tmp_path: Path) -> None:
    """The former pipeline skipped it: the firm exists, we only do not know its activity."""
    path = f"{PARSING}/sirene_ul/testData/sireneULTestData.csv"
    loaded = sample(samples, path, name="sireneUL.csv", tmp_path=tmp_path)
    assert [row["siren"] for row in loaded.rows if row["naf"] is None] == ["238307776"]


def test_establishments_agree(samples: Path, tmp_path: Path) -> None:
    folder = f"{PARSING}/sirene/testData"
    path = f"{folder}/sireneTestData.csv"
    loaded = sample(samples, path, name="StockEtablissement.csv", tmp_path=tmp_path)
    fields: Mapped = {
        "siren": "siren",
        "nic": lambda row: row["siret"][9:],
        "commune": "commune",
        "code_commune": "commune_code",
        "code_postal": "postal_code",
        "departement": "department",
        "ape": "naf",
        "date_creation": "created_on",
        "longitude": "longitude",
        "latitude": "latitude",
        "est_actif": "is_active",
        "siege": "is_head_office",
    }
    address = {"numero_voie", "type_voie", "voie"}
    wanted = expected(samples, f"{folder}/expectedSirene.json")
    rows = [row for row in loaded.rows if row["naf"]]
    agree(rows, wanted, fields, not_kept=address)
    parts = [[one[part] for part in sorted(address) if part in one] for one in wanted]
    assert [row["address"] for row in rows] == [" ".join(part) for part in parts]


def test_an_establishment_in_another_nomenclature_or_unlocated_is_kept(
    samples: Path, tmp_path: Path
) -> None:
    """The former pipeline skipped the first; it counted the second as rejected, yet inserted it."""
    path = f"{PARSING}/sirene/testData/sireneTestData.csv"
    loaded = sample(samples, path, name="StockEtablissement.csv", tmp_path=tmp_path)
    assert (loaded.report.valid, loaded.report.rejected) == (5, 0)
    assert [row["siren"] for row in loaded.rows if row["naf"] is None] == ["121212123"]
    assert {row["siren"] for row in loaded.rows if row["longitude"] is None} >= {"232323234"}


def test_past_states_of_establishments_agree(samples: Path, tmp_path: Path) -> None:
    folder = f"{PARSING}/sirene_histo/testData"
    loaded = sample(
        samples,
        f"{folder}/sireneHistoTestData.csv",
        name="StockEtablissementHistorique_utf8.csv",
        tmp_path=tmp_path,
    )
    fields = {
        "siret": "siret",
        "date_debut": "started_on",
        "date_fin": "ended_on",
        "est_actif": "is_active",
        "changement_statut_actif": "has_changed",
    }
    wanted = expected(samples, f"{folder}/expectedSireneHisto.json")
    agree(loaded.rows, wanted, fields, not_kept=set())


def test_the_notices_of_two_weeks_are_read(samples: Path, tmp_path: Path) -> None:
    name = "bodacc_procol_2026-02-02_2026-02-13.csv"
    loaded = sample(samples, f"france_bodacc/{name}", name=name, tmp_path=tmp_path)
    openings = [row for row in loaded.rows if row["stage"] == "ouverture"]
    assert loaded.report.rows == 3803
    assert {fault[1] for fault in loaded.faults} <= {"siren", "jugement_nature"}
    assert len(openings) >= 1260
    assert {row["kind"] for row in openings} >= {"liquidation", "redressement", "sauvegarde"}


def test_a_large_plan_with_half_a_siren_is_rejected(samples: Path, tmp_path: Path) -> None:
    path = "france_bodacc/grands_plans.csv"
    loaded = sample(samples, path, name="grands_plans.csv", tmp_path=tmp_path)
    assert loaded.report.valid == 543
    assert loaded.report.reasons == {"siren : 9 chiffres attendus": 1}


def test_the_territories_are_read(samples: Path, tmp_path: Path) -> None:
    path = "reference_tables/terrind.csv.gz"
    loaded = sample(samples, path, name="terrind.csv.gz", tmp_path=tmp_path)
    assert loaded.report.valid == loaded.report.rows == 15697
