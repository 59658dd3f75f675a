"""The public samples of before December 2025: no siret in the files, Diane, Paydex, groups."""

import csv
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scoring.data.engine import connect
from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from scoring.data.sources.diane import AMOUNTS
from scoring.data.sources.report import FileReport
from tests.scoring.sources.conftest import Loaded
from tests.scoring.sources.test_source_samples import Mapped, agree, expected, sample

pytestmark = pytest.mark.samples
FOLDER = "osf_samples_old"
# The sample, and the name partners gave to such a file.
SENT = {
    "comptesTestData.csv": "Sigfaible_etablissement_utf8.csv",
    "cotisationTestData.csv": "Sigfaible_cotisdues.csv",
    "debitTestData.csv": "Sigfaible_debits.csv",
    "delaiTestData.csv": "Sigfaible_delais.csv",
    "ccsfTestData.csv": "Sigfaible_ccsf.csv",
    "procolTestData.csv": "Sigfaible_pcoll.csv",
    "effectifTestData.csv": "Sigfaible_effectif_siret.csv",
    "effectifEntTestData.csv": "Sigfaible_effectif_siren.csv",
    "apconsoTestData.csv": "consommation_ap.csv",
    "apdemandeTestData.csv": "demande_ap.csv",
    "bdfTestData.csv": "bdf_1507.csv",
    "paydexTestData.csv": "E_201901000000_Retro-Paydex_20190131.csv",
    "dianeTestData.txt": "Diane_1901.txt",
    "ellisphereTestData.excel": "Ellisphère-Tête de groupe-FinalV2.excel",
}


@pytest.fixture(scope="module")
def lake(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return Lake(tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def reports(samples: Path, lake: Lake) -> dict[str, FileReport]:
    """Everything sent together, read and published."""
    inbox = lake.root / "inbox"
    inbox.mkdir()
    for path, name in SENT.items():
        shutil.copy(samples / FOLDER / path, inbox / name)
    found = import_directory(inbox, lake, batch_id="b", today=date(2026, 3, 1))
    lake.restate(["b"])
    return {report.source: report for report in found}


def column(lake: Lake, source: str, name: str) -> list[Any]:
    values: list[Any] = lake.table(connect(), source)[name].to_pyarrow().to_pylist()
    return values


def test_every_file_is_read(reports: dict[str, FileReport]) -> None:
    assert {source: report.valid for source, report in reports.items()} == {
        "admin_urssaf": 3,
        "cotisation": 3,
        "debit": 3,
        "delai": 2,
        "ccsf": 3,
        "procol": 3,
        "effectif": 3,
        "effectif_ent": 3,
        "ap_conso": 3,
        "ap_demande": 3,
        "bdf": 3,
        "paydex": 5,
        "diane": 3,
        "ellisphere": 6,
    }
    assert not any(report.error for report in reports.values())


def test_the_account_gives_the_siret(lake: Lake, reports: dict[str, FileReport]) -> None:
    assert column(lake, "cotisation", "siret") == [digit * 14 for digit in "012"]
    assert column(lake, "debit", "siret") == [digit * 14 for digit in "012"]
    assert column(lake, "ccsf", "siret") == [digit * 14 for digit in "012"]


def test_a_delay_after_the_end_of_its_account_is_rejected(
    lake: Lake, reports: dict[str, FileReport]
) -> None:
    assert reports["delai"].reasons == {"compte sans établissement à cette date": 1}
    assert column(lake, "delai", "siret") == [digit * 14 for digit in "01"]


def test_a_thirteenth_month_is_rejected(reports: dict[str, FileReport]) -> None:
    assert reports["paydex"].reasons == {"date illisible": 1}


def test_an_unknown_reason_of_short_time_is_a_warning(reports: dict[str, FileReport]) -> None:
    """The former pipeline rejected the line, though its message said that the value was ignored."""
    assert reports["ap_demande"].warnings["motif de recours inconnu"] == 1


def diane(samples: Path, tmp_path: Path) -> Loaded:
    return sample(samples, f"{FOLDER}/dianeTestData.txt", name="Diane.txt", tmp_path=tmp_path)


def test_diane_agrees(samples: Path, tmp_path: Path) -> None:
    wanted = expected(samples, f"{FOLDER}/expectedDiane.json")
    fields: dict[str, Any] = {
        "exercice_diane": lambda row: row["fiscal_year"].year,
        "nom_entreprise": "name",
        "numero_siren": "siren",
        "statut_juridique": "legal_status",
        "procedure_collective": "is_in_procedure",
        "nombre_etab_secondaire": "secondary_establishments",
        "nombre_filiale": "subsidiaries",
        "taille_compo_groupe": "group_size",
        "arrete_bilan_diane": "closed_on",
    }
    amounts = [name for name in wanted[0] if name not in fields]
    # The former pipeline named « marchandises » the total of purchases, and left theirs out.
    ours = [name for name in AMOUNTS if name != "goods_purchases"]
    fields |= dict(zip(amounts, ours, strict=True))
    full = [one for one in wanted if any(one[name] is not None for name in amounts)]
    agree(diane(samples, tmp_path).rows, full, fields, not_kept=set())


def test_diane_agrees_with_its_conversion(samples: Path, tmp_path: Path) -> None:
    with (samples / FOLDER / "expectedDianeConvert.csv").open(encoding="utf-8") as stream:
        wanted = list(csv.DictReader(stream))
        full = [one for one in wanted if any(one[header] for header in AMOUNTS.values())]
    rows = diane(samples, tmp_path).rows
    assert [(row["siren"], str(row["fiscal_year"].year)) for row in rows] == [
        (one["Numéro Siren"], one["Annee"]) for one in full
    ]
    for row, one in zip(rows, full, strict=True):
        for name, header in AMOUNTS.items():
            text = one[header].replace(",", ".")
            assert row[name] == (float(text) if text else None), header


def test_a_year_of_diane_without_any_value_is_no_row(samples: Path, tmp_path: Path) -> None:
    """The former pipeline made a row of it, closed in the year 1."""
    rows = diane(samples, tmp_path).rows
    years = [row["fiscal_year"].year for row in rows if row["siren"] == "313829771"]
    assert years == [2012, 2013, 2014]


def test_groups_agree(samples: Path, tmp_path: Path) -> None:
    path = f"{FOLDER}/ellisphereTestData.excel"
    loaded = sample(samples, path, name="Ellisphere.excel", tmp_path=tmp_path)
    fields: Mapped = {
        "code_groupe": "group_code",
        "siren_groupe": "group_siren",
        "refid_groupe": "group_reference",
        "raison_sociale_groupe": "group_name",
        "adresse_groupe": "group_address",
        "personne_pou_m_groupe": "group_person_type",
        "niveau_detention": "ownership_level",
        "part_financiere": "ownership_percent",
        "code_filiere": "member_code",
        "refid_filiere": "member_reference",
        "personne_pou_m_filiere": "member_person_type",
    }
    wanted = expected(samples, f"{FOLDER}/expectedEllisphere.json")
    agree(loaded.rows, wanted, fields, not_kept=set())


def test_a_member_of_a_group_is_known_by_its_siren(samples: Path, tmp_path: Path) -> None:
    path = f"{FOLDER}/ellisphereTestData.excel"
    loaded = sample(samples, path, name="Ellisphere.excel", tmp_path=tmp_path)
    assert [row["siren"] for row in loaded.rows] == [f"15151515{n}" for n in range(1, 7)]
