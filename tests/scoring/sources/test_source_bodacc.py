"""Notices of the BODACC, as its files write them: what a judgment says, whom it is about, when."""

import gzip
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scoring.data.importing import import_directory
from scoring.data.lake import Lake
from tests.scoring.sources.conftest import Import, Load, Loaded, load_path, read_all

HEAD = (
    "siren,date_parution,numero_annonce,tribunal,type_annonce,famille_avis,code_postal,"
    "jugement_famille,jugement_nature,date_jugement\n"
)
OPEN_HEAD = (
    "id;publicationavis;dateparution;numeroannonce;typeavis;typeavis_lib;familleavis;"
    "tribunal;registre;cp;jugement;parutionavisprecedent\n"
)
OPENING = "Jugement d'ouverture de liquidation judiciaire"


def read(load: Load, nature: str = OPENING, **cells: str) -> Loaded:
    """Load one notice of the firm 123456782, published in February 2024."""
    line = (
        cells.get("siren", "123456782"),
        "2024-02-02",
        "12",
        "Greffe fictif",
        cells.get("notice_type", "Avis initial"),
        "Procédures collectives",
        "45770",
        cells.get("family", ""),
        nature,
        cells.get("judged", "2024-01-30"),
    )
    return load("bodacc_x.csv", HEAD + ",".join(f'"{cell}"' for cell in line) + "\n")


@pytest.mark.parametrize(
    ("nature", "stage", "kind", "ended"),
    [
        ("Jugement mettant fin à la procédure de redressement judiciaire et ouvrant la liquidation",
         "conversion", "liquidation", "redressement"),
        ("Jugement mettant fin à la période d'observation et prononçant la liquidation judiciaire",
         "conversion", "liquidation", None),
        ("Jugement convertissant la procédure de sauvegarde en redressement judiciaire",
         "conversion", "redressement", "sauvegarde"),
        ("Jugement de conversion en redressement judiciaire", "conversion", "redressement", "sauvegarde"),
        ("Jugement prononçant la résolution du plan de redressement", "resolution_plan", None, "redressement"),
        ("Jugement prononçant la résolution du plan de redressement et la liquidation judiciaire",
         "resolution_plan", "liquidation", "redressement"),
        ("Jugement rejetant le plan de redressement et prononçant la liquidation judiciaire",
         "ouverture", "liquidation", None),
        ("Jugement prononçant la liquidation judiciaire", "ouverture", "liquidation", None),
        ("Jugement arrêtant le plan de continuation", "plan_continuation", "redressement", None),
        ("Jugement de reprise de la procédure de liquidation judiciaire", "reprise", "liquidation", None),
        ("Jugement d'extension de liquidation judiciaire", "extension", "liquidation", None),
        ("Jugement de clôture pour insuffisance d'actif", "cloture", None, "liquidation"),
        ("Jugement de clÃ´ture pour insuffisance d'actif", "cloture", None, "liquidation"),
        ("JUGEMENT DE CLOTURE POUR EXTINCTION DU PASSIF", "cloture", None, None),
        ("Jugement de clôture de la procédure ouverte de liquidation judiciaire",
         "cloture", None, "liquidation"),
        ("Jugement mettant fin à la procédure de sauvegarde", "cloture", None, "sauvegarde"),
        ("Jugement mettant fin à l'application des règles de la liquidation judiciaire simplifiée",
         "autre", None, None),
        ("Jugement prorogeant le délai de clôture de la liquidation judiciaire", "autre", None, None),
        ("Jugement rejetant la demande d'ouverture d'un redressement judiciaire", "autre", None, None),
        ("DÃ©pÃ´t de l'Ã©tat des crÃ©ances", "depot", None, None),
        ("Liste des créances nées après le jugement d’ouverture d’une procédure de liquidation judiciaire",
         "depot", None, None),
        ("Autre jugement d'ouverture", "ouverture", None, None),
        ("Jugement arrêtant un plan de cession", "plan_cession", None, None),
        ("Jugement arrêtant le plan de cession et prononçant la liquidation judiciaire",
         "ouverture", "liquidation", None),
        ("Jugement clôturant la procédure de sauvegarde", "cloture", None, "sauvegarde"),
        ("Jugement de réouverture de la liquidation judiciaire", "reprise", "liquidation", None),
        ("Jugement rejetant le plan et convertissant la procédure de redressement en liquidation judiciaire",
         "ouverture", "liquidation", None),
    ],
)  # fmt: skip
def test_a_judgment_says_what_it_opens_and_what_it_ends(
    load: Load, nature: str, stage: str, kind: str | None, ended: str | None
) -> None:
    row = read(load, nature).row
    assert (row["stage"], row["kind"], row["ended_kind"]) == (stage, kind, ended)


@pytest.mark.parametrize(
    ("nature", "stage", "kind", "ended"),
    [
        ("Arrêt infirmant le jugement d'ouverture de redressement judiciaire",
         "retractation", None, "redressement"),
        ("Arrêt annulant le jugement ouvrant la liquidation judiciaire", "retractation", None, "liquidation"),
        ("Jugement prononçant la nullité du jugement d'ouverture de redressement judiciaire",
         "retractation", None, "redressement"),
        ("Jugement d'annulation de la procédure de sauvegarde", "retractation", None, "sauvegarde"),
        ("Arrêt infirmant une décision soumise à publicité et ouvrant la liquidation judiciaire",
         "ouverture", "liquidation", None),
        ("Arrêt infirmant la liquidation judiciaire et ouvrant un redressement judiciaire",
         "ouverture", "redressement", None),
        ("Arrêt infirmant le jugement de rejet de l'ouverture d'un redressement", "infirmation", None, None),
    ],
)  # fmt: skip
def test_a_judgment_undone_opens_nothing_but_what_replaces_it(
    load: Load, nature: str, stage: str, kind: str | None, ended: str | None
) -> None:
    row = read(load, nature).row
    assert (row["stage"], row["kind"], row["ended_kind"]) == (stage, kind, ended)


@pytest.mark.parametrize(
    "nature",
    [
        "Jugement refusant l'ouverture d'une liquidation judiciaire",
        "Jugement déclarant irrecevable la demande d'ouverture de redressement judiciaire",
        "Jugement disant n'y avoir lieu à ouverture d'une procédure de redressement judiciaire",
        "Jugement suspendant les effets du jugement d'ouverture",
        "Arrêt confirmant le jugement d'ouverture de liquidation judiciaire",
        "Jugement prononçant l'interdiction de gérer du dirigeant de la liquidation judiciaire",
        "Jugement prononçant la faillite personnelle dans la liquidation judiciaire",
        "Jugement désignant un commissaire à l'exécution du plan de redressement",
        "Jugement remplaçant le commissaire à l'exécution du plan de sauvegarde",
        "Jugement prolongeant la durée du plan de continuation",
        "Jugement constatant l'inexécution du plan de redressement",
        "Jugement prononçant la caducité du plan de sauvegarde",
        "Jugement ordonnant la réouverture des débats",
    ],
)
def test_what_names_a_procedure_or_a_plan_without_entering_it_moves_no_firm(
    load: Load, nature: str
) -> None:
    row = read(load, nature).row
    assert (row["stage"], row["kind"], row["ended_kind"]) == ("autre", None, None)


@pytest.mark.parametrize("verb", ["arrêtant le", "adoptant le", "homologuant un", "de", "du"])
def test_a_plan_that_is_adopted_begins(load: Load, verb: str) -> None:
    row = read(load, f"Jugement {verb} plan de redressement").row
    assert (row["stage"], row["kind"]) == ("plan_continuation", "redressement")


@pytest.mark.parametrize("words", ["l'exécution", "la bonne exécution"])
def test_a_plan_carried_out_ends_its_procedure(load: Load, words: str) -> None:
    row = read(load, f"Jugement constatant {words} du plan de sauvegarde").row
    assert (row["stage"], row["kind"], row["ended_kind"]) == ("cloture", None, "sauvegarde")


def test_what_a_family_of_deposits_publishes_opens_nothing(load: Load) -> None:
    assert read(load, OPENING, family="Avis de dépôt").row["kind"] is None


def test_a_cancellation_opens_nothing(load: Load) -> None:
    row = read(load, OPENING, notice_type="Avis d’annulation").row
    assert (row["stage"], row["kind"], row["ended_kind"]) == ("annulation", None, None)


def test_accents_read_in_another_encoding_are_put_right(load: Load) -> None:
    assert read(load, "ArrÃªt dâ€™appel, clÃ´ture").row["nature"] == "Arrêt d’appel, clôture"


@pytest.mark.parametrize(
    ("number", "sirens"),
    [
        ("123 456 782", ["123456782"]),
        ("123 456 782,123456782", ["123456782"]),
        ("987654324,123456782", ["123456782", "987654324"]),
        ("123 456 782 / 987 654 324", ["123456782", "987654324"]),
    ],
)
def test_a_notice_is_a_row_for_each_firm_it_names(
    load: Load, number: str, sirens: list[str]
) -> None:
    loaded = read(load, siren=number)
    assert [row["siren"] for row in loaded.rows] == sirens
    assert loaded.report.valid == 1


@pytest.mark.parametrize("number", ["", "12345678", "123456782,98765432", "RCS non inscrit"])
def test_a_notice_without_a_siren_is_rejected(load: Load, number: str) -> None:
    assert read(load, siren=number).faults == [(2, "siren", "siren : 9 chiffres attendus")]


@pytest.mark.parametrize(
    ("judged", "day"),
    [
        ("27 novembre 2023", date(2023, 11, 27)),
        ("1er janvier 2024", date(2024, 1, 1)),
        ("1 er janvier 2024", date(2024, 1, 1)),
        ("3 août 2023", date(2023, 8, 3)),
        ("LE 5 FÉVRIER 2023", date(2023, 2, 5)),
        ("", None),
    ],
)
def test_a_day_in_words_is_read(load: Load, judged: str, day: date | None) -> None:
    assert read(load, judged=judged).row["judged_on"] == day


@pytest.mark.parametrize(
    ("judged", "reason"),
    [
        ("0009-12-02", "date illisible"),
        ("31 février 2023", "date illisible"),
        ("hier", "date illisible"),
        ("5025-05-27", "date dans le futur"),
        ("1899-01-01", "date hors limites"),
    ],
)
def test_an_absurd_day_is_rejected(load: Load, judged: str, reason: str) -> None:
    assert read(load, judged=judged).faults == [(2, "date_jugement", reason)]


def official(load: Load, *, family: str = "collective", **cells: str) -> Loaded:
    """Load one line of the official export of the open data, under the name it has there."""
    judgment = {"famille": "Jugement d'ouverture", "nature": OPENING, "date": "30 janvier 2024"}
    judged, former = (
        '"' + cells.get(name, json.dumps(value)).replace('"', '""') + '"'
        for name, value in (("judgment", judgment), ("former", {"numeroAnnonce": 7}))
    )
    register = cells.get("register", "123 456 782,123456782")
    line = (
        f"A20241;A;2024-02-02;12;annonce;Avis initial;{family};Greffe fictif;{register};45770;"
        f"{judged};{former}\n"
    )
    return load("annonces-commerciales.csv", OPEN_HEAD + line)


def test_the_official_export_is_read_under_its_own_name(load: Load) -> None:
    row = official(load).row
    assert (row["siren"], row["published_on"], row["judged_on"]) == (
        "123456782",
        date(2024, 2, 2),
        date(2024, 1, 30),
    )
    assert (row["stage"], row["kind"], row["corrects"]) == ("ouverture", "liquidation", "7")
    assert (row["family"], row["notice_type"]) == ("Jugement d'ouverture", "Avis initial")


def test_of_the_official_export_only_procedures_are_read(load: Load) -> None:
    loaded = official(load, family="vente", judgment="", register="")
    assert (loaded.report.outside, loaded.rows, loaded.rejects) == (1, [], [])


@pytest.mark.parametrize("judgment", ["", "{", "[]", '{"nature": null}', '"texte"'])
def test_a_judgment_that_cannot_be_read_costs_its_own_line(load: Load, judgment: str) -> None:
    assert official(load, judgment=judgment).faults == [(2, "jugement", "nature du jugement vide")]


RECORD: dict[str, Any] = {
    "id": "A20241", "publicationavis": "A", "dateparution": "2024-02-02", "numeroannonce": 12, "typeavis": "annonce",
    "typeavis_lib": "Avis initial", "familleavis": "collective", "tribunal": "Greffe fictif",
    "registre": ["123 456 782", "123456782"], "cp": "45770", "parutionavisprecedent": None,
    "jugement": json.dumps({"famille": "Jugement d'ouverture", "nature": OPENING, "date": "30 janvier 2024"}),
}  # fmt: skip
SECOND = RECORD | {"numeroannonce": "13", "registre": ["987 654 324"], "tribunal": 'Créteil; "x"'}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("annonces-commerciales.json", json.dumps([RECORD, SECOND], ensure_ascii=False).encode()),
        ("annonces-commerciales.json", json.dumps([RECORD, SECOND], indent=2).encode("utf-8-sig")),
        ("bodacc.jsonl", f"{json.dumps(RECORD)}\r\n{json.dumps(SECOND)}\r\n".encode()),
        ("bodacc.json.gz", gzip.compress(json.dumps([RECORD, SECOND]).encode())),
    ],
)
def test_the_official_export_is_read_as_json_too(load: Load, name: str, content: bytes) -> None:
    loaded = load(name, content)
    first, second = loaded.rows
    assert (loaded.report.valid, first["siren"], second["siren"]) == (2, "123456782", "987654324")
    assert first["judged_on"] == date(2024, 1, 30)
    assert (first["stage"], first["kind"], first["corrects"]) == ("ouverture", "liquidation", None)
    assert (second["court"], second["notice_number"]) == ('Créteil; "x"', "13")


def test_a_record_says_the_same_as_its_line_of_csv(import_all: Import) -> None:
    former = '"{""numeroAnnonce"": 7}"'
    judgment = '"' + RECORD["jugement"].replace('"', '""') + '"'
    line = (
        "A20241;A;2024-02-02;12;annonce;Avis initial;collective;Greffe fictif;123 456 782,123456782;45770;"
        f"{judgment};{former}\n"
    )
    imported = import_all(
        {
            "annonces-commerciales.csv": OPEN_HEAD + line,
            "annonces-commerciales.json": json.dumps(
                [RECORD | {"parutionavisprecedent": {"numeroAnnonce": 7}}]
            ),
        }
    )
    (row,) = imported.rows("bodacc")
    assert row["corrects"] == "7"
    assert sorted(imported.counted(name) for name in imported.reports) == [(0, 1), (1, 0)]


@pytest.mark.samples
@pytest.mark.parametrize(
    ("case", "valid", "sirens"),
    [
        ("bodacc_cancelled_and_corrected", 4, {"123456782", "987654324"}),
        ("bodacc_spaces_words", 5, {"123456782", "987654324"}),
        ("bodacc_open_data_layout", 1, {"123456782"}),
    ],
)
def test_the_cases_reported_in_public_are_read(
    samples: Path, tmp_path: Path, case: str, valid: int, sirens: set[str]
) -> None:
    lake = Lake(tmp_path)
    reports = import_directory(
        samples / "cases" / case / "in", lake, batch_id="b", today=date(2026, 11, 1)
    )
    assert max(report.valid for report in reports) == valid
    assert not any(report.error for report in reports)
    assert {row["siren"] for row in read_all(tmp_path / "bodacc" / "b")} == sirens


@pytest.mark.samples
def test_the_notices_of_a_fortnight_are_read_as_a_person_reads_them(
    samples: Path, tmp_path: Path
) -> None:
    name = "bodacc_procol_2026-02-02_2026-02-13.csv"
    loaded = load_path(samples / "france_bodacc" / name, tmp_path, today=date(2026, 3, 1))
    assert (loaded.report.valid, loaded.report.rejected) == (3803, 0)
    told = Counter((row["stage"], row["kind"], row["ended_kind"]) for row in loaded.rows)
    assert {key: n for key, n in told.items() if key[1] and key[0] != "modification_plan"} == {
        ("ouverture", "liquidation", None): 899,
        ("ouverture", "redressement", None): 338,
        ("ouverture", "sauvegarde", None): 27,
        ("conversion", "liquidation", None): 286,
        ("conversion", "redressement", "sauvegarde"): 8,
        ("conversion", "liquidation", "sauvegarde"): 6,
        ("resolution_plan", "liquidation", "redressement"): 48,
        ("resolution_plan", "liquidation", "sauvegarde"): 1,
        ("resolution_plan", "redressement", "sauvegarde"): 2,
        ("plan_continuation", "redressement", None): 69,
        ("plan_continuation", "sauvegarde", None): 6,
        ("reprise", "liquidation", None): 7,
        ("extension", "liquidation", None): 5,
        ("extension", "redressement", None): 1,
    }
    silent = {"cloture": 1010, "depot": 690, "autre": 375, "annulation": 1, "retractation": 1}
    assert {
        stage: sum(n for key, n in told.items() if key[0] == stage) for stage in silent
    } == silent
