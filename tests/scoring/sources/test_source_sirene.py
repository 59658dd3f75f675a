"""Legal units and establishments of Sirene."""

from datetime import date
from pathlib import Path

import pytest

from tests.scoring.sources.conftest import Load, load_path

UNIT = (
    "siren,denominationUniteLegale,prenom1UniteLegale,nomUniteLegale,nomUsageUniteLegale,"
    "categorieJuridiqueUniteLegale,dateCreationUniteLegale,activitePrincipaleUniteLegale,"
    "nomenclatureActivitePrincipaleUniteLegale,etatAdministratifUniteLegale\n"
)
PLACE = (
    "siren,nic,etablissementSiege,dateCreationEtablissement,complementAdresseEtablissement,"
    "numeroVoieEtablissement,indiceRepetitionEtablissement,typeVoieEtablissement,"
    "libelleVoieEtablissement,distributionSpecialeEtablissement,codePostalEtablissement,"
    "libelleCommuneEtablissement,codeCommuneEtablissement,etatAdministratifEtablissement,"
    "activitePrincipaleEtablissement,nomenclatureActivitePrincipaleEtablissement,longitude,latitude\n"
)


def unit(*, naf: str = "46.42Z,NAFRev2", created: str = "1971-01-01", name: str = "ACME,,,") -> str:
    return f"{UNIT}586620301,{name},5499,{created},{naf},A\n"


def place(*, commune: str = "33039", where: str = "0.98,1.42", nic: str = "83208") -> str:
    return (
        f"{PLACE}032805361,{nic},true,2004-10-01,BAT A,65,B,RUE,DU BAC,BP 12,52874,BEGLES,"
        f"{commune},A,46.73A,NAFRev2,{where}\n"
    )


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ("ACME,,,", "ACME"),
        (",JEAN-PIERRE,DURAND,", "DURAND Jean-Pierre EI"),
        (",MARIE,DURAND,MARTIN", "MARTIN Marie EI"),
        (",,Durand,", "DURAND EI"),
        (",,,", None),
    ],
)
def test_a_sole_trader_is_named_after_the_person(load: Load, cells: str, name: str | None) -> None:
    assert load("sireneUL.csv", unit(name=cells)).row["name"] == name


def test_a_legal_unit_is_known_at_its_creation(load: Load) -> None:
    row = load("sireneUL.csv", unit()).row
    assert row["created_on"] == row["known_at"] == date(1971, 1, 1)
    assert (row["legal_category"], row["naf"], row["is_active"]) == ("5499", "46.42Z", True)


def test_an_unreadable_creation_is_unknown_and_keeps_the_unit(load: Load) -> None:
    row = load("sireneUL.csv", unit(created="invalid_date")).row
    assert row["created_on"] is None
    assert row["known_at"] == date(1900, 1, 1)


@pytest.mark.parametrize("naf", ["97.90,NAF", "17.1P,NAFRev1", "4642Z,NAFRev2", ","])
def test_another_nomenclature_leaves_the_activity_unknown(load: Load, naf: str) -> None:
    assert load("sireneUL.csv", unit(naf=naf)).row["naf"] is None


def test_a_creation_to_come_is_rejected(load: Load) -> None:
    assert load("sireneUL.csv", unit(created="2024-06-16")).report.rejected == 1


def test_sirene_ignores_the_perimeter(load: Load) -> None:
    assert load("sireneUL.csv", unit(), perimeter=set()).report.valid == 1


def test_an_establishment_has_an_address_and_a_place(load: Load) -> None:
    row = load("StockEtablissement_utf8_geo.csv", place()).row
    assert (row["siren"], row["siret"]) == ("032805361", "03280536183208")
    assert row["address"] == "BAT A, 65 B RUE DU BAC, BP 12"
    assert (row["postal_code"], row["commune"], row["department"]) == ("52874", "BEGLES", "33")
    assert (row["longitude"], row["latitude"], row["is_head_office"]) == (0.98, 1.42, True)


@pytest.mark.parametrize(
    ("commune", "department"),
    [
        ("97411", "974"),
        ("98818", "988"),
        ("2A004", "2A"),
        ("01143", "01"),
        ("", None),
        ("[ND]", None),
    ],
)
def test_the_department_comes_from_the_commune(
    load: Load, commune: str, department: str | None
) -> None:
    loaded = load("StockEtablissement_utf8_geo.csv", place(commune=commune))
    assert loaded.row["department"] == department


def test_unreadable_coordinates_keep_the_establishment(load: Load) -> None:
    loaded = load("StockEtablissement_utf8_geo.csv", place(where="NOT_VALID,NOT_VALID"))
    assert loaded.row["longitude"] is None
    assert loaded.report.warnings["établissement non localisé"] == 1


def test_the_nic_has_five_digits(load: Load) -> None:
    loaded = load("StockEtablissement_utf8_geo.csv", place(nic="123"))
    assert loaded.faults == [(2, "nic", "nic : 5 chiffres attendus")]


@pytest.mark.samples
def test_the_layouts_of_2024_are_read(samples: Path, tmp_path: Path) -> None:
    folder = samples / "france_sirene"
    (tmp_path / "in").mkdir()
    for sent, name in (
        ("StockEtablissement_utf8_geo_40rows.csv.gz", "StockEtablissement_utf8_geo.csv.gz"),
        ("StockUniteLegale_utf8_39rows_noms_effaces.csv", "StockUniteLegale_utf8.csv"),
    ):
        (tmp_path / "in" / name).write_bytes((folder / sent).read_bytes())
    places = load_path(tmp_path / "in/StockEtablissement_utf8_geo.csv.gz", tmp_path / "places")
    units = load_path(tmp_path / "in/StockUniteLegale_utf8.csv", tmp_path / "units")
    assert (places.report.valid, units.report.valid) == (40, 39)
    assert {row["department"] for row in places.rows} >= {"01"}
