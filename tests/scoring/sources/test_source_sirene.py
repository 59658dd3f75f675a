"""Legal units and establishments of Sirene."""

from datetime import date
from pathlib import Path

import pytest

from tests.scoring.sources.conftest import TODAY, Load, Loaded, load_path

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


@pytest.mark.parametrize(
    ("created", "kept", "known"),
    [
        ("2024-07-01", date(2024, 7, 1), TODAY),
        ("3024-07-01", None, date(1900, 1, 1)),
    ],
)
def test_a_creation_to_come_is_kept_and_known_today(
    load: Load, created: str, kept: date | None, known: date
) -> None:
    row = load("sireneUL.csv", unit(created=created)).row
    assert (row["created_on"], row["known_at"]) == (kept, known)
    content = place().replace("2004-10-01", created)
    row = load("StockEtablissement_utf8_geo.csv", content).row
    assert (row["created_on"], row["known_at"], row["is_active"]) == (kept, known, True)


@pytest.mark.parametrize(
    ("state", "since", "active"),
    [
        ("F", "2024-07-01", True),
        ("F", "2024-06-15", False),
        ("F", "", False),
        ("A", "2024-07-01", True),
        ("", "", None),
        ("X", "", None),
        ("[ND]", "", None),
    ],
)
def test_an_establishment_is_closed_once_the_day_has_come(
    load: Load, state: str, since: str, active: bool | None
) -> None:
    content = place().replace("dateCreation", "dateDebut,dateCreation", 1)
    content = content.replace("true,2004", f"true,{since},2004").replace(",A,46", f",{state},46")
    loaded = load("StockEtablissement_utf8_geo.csv", content)
    assert loaded.row["is_active"] is active
    unknown = loaded.report.warnings.get("état administratif inconnu", 0)
    assert unknown == (active is None)


@pytest.mark.parametrize("state", ["", "X"])
def test_a_firm_whose_state_is_unknown_is_not_closed(load: Load, state: str) -> None:
    content = unit().replace("NAFRev2,A", f"NAFRev2,{state}")
    assert load("sireneUL.csv", content).row["is_active"] is None


@pytest.mark.parametrize("word", ["true", "t", "TRUE", "1", "VRAI", "oui", "O", "Yes"])
def test_a_head_office_is_one_in_every_word(load: Load, word: str) -> None:
    content = place().replace(",true,", f",{word},")
    assert load("StockEtablissement_utf8_geo.csv", content).row["is_head_office"] is True


@pytest.mark.parametrize("word", ["", "X", "2", "[ND]", "vraiment"])
def test_a_head_office_that_cannot_be_told_is_rejected(load: Load, word: str) -> None:
    content = place().replace(",true,", f",{word},")
    loaded = load("StockEtablissement_utf8_geo.csv", content)
    assert loaded.faults == [(2, "etablissementSiege", "vrai ou faux attendu")]


def test_without_coordinates_in_the_file_a_place_has_none(load: Load) -> None:
    content = place(where="").replace(",longitude,latitude", "").replace("NAFRev2,\n", "NAFRev2\n")
    row = load("StockEtablissement_utf8.csv", content).row
    assert (row["longitude"], row["latitude"], row["address"]) == (
        None,
        None,
        "BAT A, 65 BIS RUE DU BAC, BP 12",
    )


def test_what_is_not_diffused_is_absent(load: Load) -> None:
    hidden = place(commune="[ND]", where="[ND],[ND]")
    for shown in ("BAT A", "65,B", "RUE", "DU BAC", "BP 12", "52874", "BEGLES"):
        hidden = hidden.replace(shown, ",".join("[ND]" for _ in shown.split(",")))
    row = load("StockEtablissement_utf8_geo.csv", hidden).row
    told = {name for name, value in row.items() if value is not None}
    assert not told & {
        "address",
        "postal_code",
        "commune",
        "commune_code",
        "department",
        "latitude",
    }
    row = load(
        "sireneUL.csv", unit(name="[ND],[ND],[ND],[ND]", created="[ND]", naf="[ND],[ND]")
    ).row
    assert (row["name"], row["created_on"], row["naf"], row["activity_code"]) == (None,) * 4
    assert not any("[ND]" in str(value) for value in row.values())


@pytest.mark.parametrize(
    ("cells", "name"), [("USUEL,EXF", "USUEL"), (",EXF", "EXF"), ("[ND],EXF", "EXF"), (",", None)]
)
def test_a_firm_without_name_has_its_usual_one(load: Load, cells: str, name: str | None) -> None:
    head, line = unit(name=",,,").splitlines()
    content = f"{head},denominationUsuelle1UniteLegale,sigleUniteLegale\n{line},{cells}\n"
    assert load("sireneUL.csv", content).row["name"] == name


def test_an_activity_in_another_nomenclature_is_kept_and_said(load: Load) -> None:
    loaded = load("sireneUL.csv", unit(naf="64.19Y,NAF2025"))
    row = loaded.row
    assert (row["naf"], row["naf25"], row["activity_code"]) == (None, "64.19Y", "64.19Y")
    assert row["activity_scheme"] == "NAF2025"
    assert loaded.report.warnings["activité dans une autre nomenclature que la NAF rév. 2"] == 1


def about_activity(loaded: Loaded) -> dict[str, int]:
    return {remark: n for remark, n in loaded.report.warnings.items() if "activité" in remark}


@pytest.mark.parametrize("naf", ["64.19Y,", "64.19Y,[ND]", "64.19Y,NAF2040"])
def test_an_activity_in_no_known_nomenclature_is_said(load: Load, naf: str) -> None:
    assert about_activity(load("sireneUL.csv", unit(naf=naf))) == {
        "activité dans une autre nomenclature que la NAF rév. 2": 1
    }


@pytest.mark.parametrize("naf", ["6419Z,NAFRev2", "64.19z,NAFRev2", "banque,NAFRev2"])
def test_an_activity_that_cannot_be_read_is_said(load: Load, naf: str) -> None:
    loaded = load("sireneUL.csv", unit(naf=naf))
    assert about_activity(loaded) == {"activité illisible": 1}
    assert (loaded.row["naf"], loaded.row["activity_code"]) == (None, naf.partition(",")[0])


@pytest.mark.parametrize("naf", [",", ",NAFRev2", "[ND],[ND]", "[ND],NAFRev2"])
def test_a_firm_without_activity_is_no_firm_of_another_nomenclature(load: Load, naf: str) -> None:
    assert about_activity(load("sireneUL.csv", unit(naf=naf))) == {}


HISTORY = (
    "siret,dateFin,dateDebut,etatAdministratifEtablissement,changementEtatAdministratifEtablissement,"
    "activitePrincipaleEtablissement,nomenclatureActivitePrincipaleEtablissement\n"
)


def history(load: Load, *periods: str) -> Loaded:
    """Load periods, `end,start,state`, of an establishment."""
    lines = "".join(f"12345678200015,{period},false,47.11B,NAFRev2\n" for period in periods)
    return load("StockEtablissementHistorique_utf8.csv", HISTORY + lines)


def test_a_closing_that_is_announced_keeps_what_precedes_it(load: Load) -> None:
    loaded = history(load, ",2024-07-31,F", "2024-07-30,2015-03-01,A")
    closing, opening = loaded.rows
    assert (closing["started_on"], closing["known_at"]) == (date(2024, 7, 31), TODAY)
    assert (opening["started_on"], opening["ended_on"]) == (date(2015, 3, 1), date(2024, 7, 30))


def test_a_slip_of_the_pen_in_a_date_costs_no_active_period(load: Load) -> None:
    loaded = history(load, ",3035-01-01,F", "3034-12-31,2008-01-01,A", "2007-12-31,0004-05-01,A")
    assert [row["started_on"] for row in loaded.rows] == [date(2008, 1, 1), None]
    assert loaded.faults == [(2, "dateDebut", "date illisible ou trop lointaine")]


def test_the_history_of_legal_units_is_read(load: Load) -> None:
    content = (
        "siren,dateFin,dateDebut,etatAdministratifUniteLegale,changementEtatAdministratifUniteLegale,"
        "activitePrincipaleUniteLegale,nomenclatureActivitePrincipaleUniteLegale\n"
        "123456782,,2024-03-01,C,true,47.11B,NAFRev2\n"
    )
    row = load("StockUniteLegaleHistorique_utf8.csv", content).row
    assert (row["siren"], row["started_on"], row["is_active"]) == (
        "123456782",
        date(2024, 3, 1),
        False,
    )


WORDS = [
    *[(word, True) for word in ("true", "T", "VRAI", "1", "oui", "O")],
    *[(word, False) for word in ("false", "F", "FAUX", "0", "non", "N")],
    ("", None),
    ("[ND]", None),
]


@pytest.mark.parametrize(("word", "value"), WORDS)
def test_a_change_of_state_is_one_in_every_word(load: Load, word: str, value: bool | None) -> None:
    line = f"12345678200015,,2015-03-01,A,{word},47.11B,NAFRev2\n"
    loaded = load("StockEtablissementHistorique_utf8.csv", HISTORY + line)
    assert loaded.row["has_changed"] is value


def test_a_change_of_state_that_cannot_be_told_is_rejected(load: Load) -> None:
    line = "12345678200015,,2015-03-01,A,parfois,47.11B,NAFRev2\n"
    loaded = load("StockEtablissementHistorique_utf8.csv", HISTORY + line)
    column = "changementEtatAdministratifEtablissement"
    assert loaded.faults == [(2, column, "vrai ou faux attendu")]


LINKS = (
    "siretEtablissementPredecesseur,siretEtablissementSuccesseur,dateLienSuccession,transfertSiege,"
    "continuiteEconomique,dateDernierTraitementLienSuccession\n"
)


def test_links_of_succession_are_a_source_of_their_own(load: Load) -> None:
    line = "12345678200015,12345678200023,2024-01-01,false,true,2024-01-05T00:00:00\n"
    loaded = load("StockEtablissementLiensSuccession_utf8.csv", LINKS + line)
    assert loaded.report.source == "sirene_succession"
    assert loaded.row == {
        "predecessor": "12345678200015",
        "successor": "12345678200023",
        "linked_on": date(2024, 1, 1),
        "is_head_office_transfer": False,
        "is_continuous": True,
        "treated_on": date(2024, 1, 5),
        "known_at": date(2024, 1, 5),
    }


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("123,12345678200023,2024-01-01,false,true,", "siretEtablissementPredecesseur"),
        ("12345678200015,12345678200023,,false,true,", "dateLienSuccession"),
        ("12345678200015,12345678200023,2024-01-01,parfois,true,", "transfertSiege"),
    ],
)
def test_a_link_that_cannot_be_read_is_rejected(load: Load, line: str, column: str) -> None:
    loaded = load("StockEtablissementLiensSuccession_utf8.csv", f"{LINKS}{line}\n")
    assert [reject["column"] for reject in loaded.rejects] == [column]


def test_sirene_ignores_the_perimeter(load: Load) -> None:
    assert load("sireneUL.csv", unit(), perimeter=set()).report.valid == 1


def test_an_establishment_has_an_address_and_a_place(load: Load) -> None:
    row = load("StockEtablissement_utf8_geo.csv", place()).row
    assert (row["siren"], row["siret"]) == ("032805361", "03280536183208")
    assert row["address"] == "BAT A, 65 BIS RUE DU BAC, BP 12"
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
