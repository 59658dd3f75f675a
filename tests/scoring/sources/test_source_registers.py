"""What others know of firms: notices, payments, groups, lists; and tables of reference."""

import gzip
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from scoring.data.sources.errors import SourceError
from tests.scoring.sources.conftest import TODAY, Load

NOTICE = (
    "siren,date_parution,numero_annonce,tribunal,type_annonce,famille_avis,code_postal,"
    "jugement_famille,jugement_nature,date_jugement\n"
)
ALTARES = (
    "siren;état_organisation;code_paydex;paydex;n_fournisseurs;encours_étudiés;fpi_30;fpi_90;date"
)
GROUP = [
    "GRP Code", "GRP Personne PouM", "GRP SIREN 9", "GRP RefID", "GRP Raison Sociale",
    "GRP Adresse", "GRP Pays", "Niveau de détention", "% Financier", "FIL Code",
    "FIL Personne PouM", "FIL SIREN 9", "FIL RefID",
]  # fmt: skip
MEMBER = [
    77,
    "M",
    "",
    12,
    "GROUPE\nDU NORD",
    "rue",
    "BELGIQUE",
    2,
    52.5,
    "C1",
    "M",
    "151515153",
    "R1",
]


def notice(nature: str, *, judged: str = "2024-01-30") -> str:
    return (
        f"{NOTICE}880330170,2024-02-02,5479,Greffe d'Orléans,Avis initial,Procédures collectives,"
        f'45770,Jugement,"{nature}",{judged}\n'
    )


@pytest.mark.parametrize(
    ("nature", "stage", "kind"),
    [
        ("Jugement d'ouverture de liquidation judiciaire", "ouverture", "liquidation"),
        (
            "Jugement d'ouverture d'une procédure de redressement judiciaire",
            "ouverture",
            "redressement",
        ),
        (
            "Jugement de conversion en liquidation judiciaire de la procédure de sauvegarde",
            "conversion",
            "liquidation",
        ),
        (
            "Jugement de conversion en redressement judiciaire de la procédure de sauvegarde",
            "conversion",
            "redressement",
        ),
        (
            "Jugement prononçant la résolution du plan de redressement et la liquidation judiciaire",
            "resolution_plan",
            "liquidation",
        ),
        ("Jugement arrêtant le plan de sauvegarde", "plan_continuation", "sauvegarde"),
        ("Jugement de clôture pour insuffisance d'actif", "cloture", None),
        ("Jugement mettant fin à la procédure de redressement judiciaire", "cloture", None),
        (
            (
                "Liste des créances nées après le jugement d'ouverture d'une procédure de liquidation"
                " judiciaire"
            ),
            "depot",
            None,
        ),
        ("Rétractation de jugement d'ouverture sur tierce opposition", "retractation", None),
        ("Autre jugement et ordonnance", "autre", None),
    ],
)
def test_the_nature_of_a_judgment_says_stage_and_procedure(
    load: Load, nature: str, stage: str, kind: str | None
) -> None:
    row = load("bodacc_2024.csv", notice(nature)).row
    assert (row["stage"], row["kind"], row["nature"]) == (stage, kind, nature)


def test_a_notice_is_known_the_day_it_is_published(load: Load) -> None:
    row = load("bodacc_2024.csv", notice("Avis", judged="")).row
    assert (row["judged_on"], row["known_at"]) == (None, date(2024, 2, 2))


def test_a_list_of_large_plans_gives_the_judgment_only(load: Load) -> None:
    content = "RCS,DATE,EFFECTIFS,NATURE\n345086177,2021-04-14,51,jugement de conversion en liquidation judiciaire\n"
    row = load("grands_plans.csv", content).row
    assert (row["published_on"], row["judged_on"]) == (None, date(2021, 4, 14))
    assert (row["kind"], row["known_at"]) == ("liquidation", date(2021, 4, 29))


def test_payment_delays_alone(load: Load) -> None:
    content = "SIREN;NB_JOURS;NB_JOURS_LIB;DATE_VALEUR\n020523337;31;31 jours;15/01/2016\n020523337;6;6 jours;01/15/2019\n"
    loaded = load("E_202104000000_Retro-Paydex_20210430.csv", content)
    assert (loaded.row["days_late"], loaded.row["suppliers"]) == (31.0, None)
    assert (loaded.row["valued_on"], loaded.row["known_at"]) == (
        date(2016, 1, 15),
        date(2016, 1, 30),
    )
    assert loaded.faults == [(3, "DATE_VALEUR", "date illisible")]


@pytest.mark.parametrize("separator", [";", ",", "|"])
def test_payment_delays_with_their_suppliers(load: Load, separator: str) -> None:
    content = f"{ALTARES}\n020523337;active;055;31;12;4500.5;0.2;0.05;2024-01-31\n"
    row = load("altares.csv", content.replace(";", separator)).row
    assert (row["days_late"], row["suppliers"], row["outstanding"]) == (31.0, 12.0, 4500.5)
    assert (row["late_30_share"], row["late_90_share"]) == (0.2, 0.05)


def workbook(path: Path, *rows: list[object]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([GROUP, *rows]):
            sheet.write_row(number, 0, row)
    return path


def test_a_workbook_reads_like_a_table(load: Load, tmp_path: Path) -> None:
    content = workbook(tmp_path / "source.xlsx", MEMBER).read_bytes()
    row = load("Ellisphère-Tête de groupe-2024.xlsx", content).row
    assert (row["siren"], row["group_siren"], row["group_code"]) == ("151515153", None, "77")
    assert (row["group_name"], row["ownership_percent"]) == ("GROUPE DU NORD", 52.5)
    assert (row["ownership_level"], row["known_at"]) == (2, TODAY)


def test_a_workbook_names_the_line_and_the_column_of_a_fault(load: Load, tmp_path: Path) -> None:
    bad = [*MEMBER[:2], "12345", *MEMBER[3:]]
    content = workbook(tmp_path / "source.xlsx", MEMBER, bad).read_bytes()
    loaded = load("ellisphere.xlsx", content)
    assert loaded.faults == [(3, "GRP SIREN 9", "siren : 9 chiffres attendus")]


def test_a_broken_workbook_is_refused(load: Load, tmp_path: Path) -> None:
    content = workbook(tmp_path / "source.xlsx", MEMBER).read_bytes()
    with pytest.raises(SourceError, match="classeur Excel est illisible"):
        load("ellisphere.xlsx", content[:-200])


def test_a_list_without_name_has_that_of_its_file(load: Load) -> None:
    row = load("liste_relance.csv.gz", gzip.compress(b"siren\n111111111\n")).row
    assert (row["list_name"], row["known_at"]) == ("liste_relance", TODAY)


def test_a_list_has_its_name_and_day_in_columns(load: Load) -> None:
    row = load("liste_2.csv", "siren;liste;date\n222222222;Plan de relance;01/03/2024\n").row
    assert (row["list_name"], row["known_at"]) == ("Plan de relance", date(2024, 3, 1))


def test_a_list_of_anything_else_is_rejected(load: Load) -> None:
    loaded = load("liste_x.csv", "siren,liste\n11111111,A\n")
    assert loaded.faults == [(2, "siren", "siren : 9 chiffres attendus")]


def test_communes_have_a_department_and_a_region(load: Load) -> None:
    head = "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n"
    lines = "COM,2A004,94,2A,20R,2A1,0,AJACCIO,Ajaccio,Ajaccio,2A99,\nCOM,4,94,2A,,,0,X,X,X,,\n"
    loaded = load("v_commune_2024.csv", head + lines)
    row = loaded.row
    assert (row["commune_code"], row["department"], row["region"]) == ("2A004", "2A", "94")
    assert row["known_at"] < date(1990, 1, 1)
    assert loaded.faults == [(3, "COM", "code de commune illisible")]


def test_communes_belong_to_a_territory(load: Load) -> None:
    content = "code_commune,code_terrind,libelle_terrind\n07010,8401,Ardèche Drome\n07010,,\n"
    loaded = load("terrind.csv", content)
    assert (loaded.row["territory_code"], loaded.row["territory_name"]) == ("8401", "Ardèche Drome")
    assert loaded.faults == [(3, "code_terrind", "code du territoire vide")]
