"""What a model learns is read by data scientists: the country by all of them, a firm by those to whom it is open."""

from datetime import date

import pytest

from app.core.access.identity import Nature, Role, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.journal import Event
from app.core.now import today
from app.label_store.reading import words
from app.label_store.reading.words import FirmDates
from scoring.vocabulary import LabelFate
from tests.factories.detections import Alerted, publish_list
from tests.factories.label_store import VERDICTS, plant_build
from tests.factories.people import World, newcomer
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

ACTOR = system_identity("tests")
COUNTRY, VISITS = "/modele/etiquettes", "/modele/verdicts"
SHARE = {"estimate": 0.44, "low": 0.34, "high": 0.543, "n": 100, "effective": 96.2}
MODEL = {
    "intercept": -0.3, "coefficients": {"log_odds": 0.8, "soon": -0.1, "is_first": 0.0, "is_high": 0.2},
    "precision": SHARE, "calibration": [{"predicted": 0.25, **SHARE}, {"predicted": 0.625, **SHARE}],
}  # fmt: skip


def page_of(siren: str) -> str:
    return f"{COUNTRY}/entreprises/{siren}"


@pytest.fixture
def scientist(world: World) -> int:
    """A data scientist who holds every nature in Côte-d’Or, where a firm was in alert and visited."""
    with unit_of_work(ACTOR) as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21"))
        found = newcomer(session, "habilitee", natures={"21": [*Nature]}, roles=(Role.DATA_SCIENTIST,))  # fmt: skip
    log_visit(world.alice, world.siret_21, to="crp")
    return found


def text_of(client: InspectingClient, path: str) -> str:
    return spaced(client.page(path).get_text(" ", strip=True))


def spaced(told: str) -> str:
    return told.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_country_says_what_is_learnt_and_what_is_left_out(
    world: World, client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    assert "Aucun calcul n’est encore fait" in text_of(client, COUNTRY)
    plant_build(world.siren_21, refusal="L’issue à 18 mois n’est connue que pour 2 trimestres.")
    shown = client.page("/modele").select_one(f"main a[href='{COUNTRY}']")
    assert shown is not None, "one click from the page of the model"
    told = text_of(client, COUNTRY)
    assert "Connu le 1er novembre 2026" in told
    assert "n’est connue que pour 2 trimestres" in told
    assert "Exclue : déjà en procédure 1 1 2" in told
    assert "Bourgogne-Franche-Comté" in told
    assert "12,5 % des autres" in told
    assert "Une entreprise" not in told, "no habilitation: no firm"
    assert "Rien n’est appris dans cette région" in text_of(client, f"{COUNTRY}?region=53")


@pytest.mark.parametrize("query", ["?region=ZZ", "?connaissance=abc", "?connaissance=999"])
def test_a_choice_that_is_none_is_refused_and_the_page_still_reads(
    world: World, client: InspectingClient, query: str
) -> None:
    plant_build(world.siren_21)
    sign_in_as(client, world.scientist)
    answer = client.get(COUNTRY + query)
    assert answer.status_code == 422
    assert "Connu le 1er novembre 2026" in answer.get_data(as_text=True)


def test_a_firm_is_told_quarter_by_quarter(
    world: World, scientist: int, client: InspectingClient
) -> None:
    earlier = plant_build(world.siren_21, known_on=date(2026, 8, 1))
    plant_build(world.siren_21, known_on=today())
    sign_in_as(client, scientist)
    found = client.get(f"{COUNTRY}/entreprise?siren=100%20000%20009")
    assert found.location == page_of(world.siren_21)
    page = client.page(page_of(world.siren_21))
    strip = [cell.get_text(strip=True) for cell in page.select("#bande td.vigie-fate")]
    assert strip == [
        "Suivie",
        "Défaut",
        "½ aide",
        "En cours",
        "Aidée",
        "Aveugle",
        "Procéd.",
        "Hors",
    ]
    rows = {
        row.select_one("th").get_text(strip=True): row.get_text(" ", strip=True)
        for row in page.select("#trimestres tbody tr")
    }
    assert "8 trimestres suivis jusqu’au 1er janvier 2026, sans défaillance." in rows["T1 2024"]
    assert "apprend 2 lignes sur 8" in rows["T1 2024"]
    assert "3 trimestres suivis : une procédure s’ouvre le 20 mars 2025" in rows["T2 2024"]
    assert (
        "le dernier à demi-poids : un accompagnement s’ouvre le 15 décembre 2024" in rows["T3 2024"]
    )
    assert "Le jugement du 20 mars 2025 était rendu et pas encore publié" in rows["T2 2025"]
    told = spaced(page.get_text(" ", strip=True))
    assert "14 lignes de trois mois, dont 7 tirées" in told
    assert "Difficulté confirmée Écartée : choisie, pas tirée au sort" in told
    assert "Connu le 1er août 2026" in text_of(
        client, f"{page_of(world.siren_21)}?connaissance={earlier}"
    )
    (line, *_) = journaled(Event.COMPANY_READ)
    assert (line.siren, line.details["page"]) == (world.siren_21, page_of(world.siren_21))


def test_what_is_not_open_is_said_to_be_and_not_shown(
    world: World, scientist: int, client: InspectingClient
) -> None:
    for siren in (world.siren_21_quiet, world.siren_75):
        plant_build(siren)
    sign_in_as(client, scientist)
    for siren in (world.siren_21_quiet, world.siren_75):
        told = text_of(client, page_of(siren))
        assert "se déduit en partie des données Urssaf" in told
        assert "Trimestre par trimestre, le dernier" not in told
    told = text_of(client, page_of(world.siren_21))
    assert "elle n’a jamais été dans le périmètre" in told


def test_no_habilitation_no_firm(world: World, client: InspectingClient) -> None:
    plant_build(world.siren_21)
    for person in (world.scientist, world.alice, world.admin):
        sign_in_as(client, person)
        answer = client.get(page_of(world.siren_21))
        assert answer.status_code == 403
        assert "data scientist et avoir une habilitation" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("siren", "said"),
    [
        ("", "Saisissez le siren"),
        ("12", "Un siren a 9 chiffres"),
        ("999999999", "Aucune entreprise ne porte ce siren"),
    ],
)
def test_a_siren_that_is_none_is_refused_and_kept(
    scientist: int, client: InspectingClient, siren: str, said: str
) -> None:
    sign_in_as(client, scientist)
    answer = client.get(f"{COUNTRY}/entreprise?siren={siren}")
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert said in text
    assert f'value="{siren}"' in text


def test_a_building_is_asked_for_and_a_day_to_come_refused(
    world: World, client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    answer = client.submit(COUNTRY + "/calcul", {"known_on": "2999-01-01"})
    assert answer.status_code == 422
    assert "choisissez une date passée" in answer.get_data(as_text=True)
    assert client.submit(COUNTRY + "/calcul", {"known_on": "2026-11-01"}).status_code == 303
    assert "En attente" in text_of(client, COUNTRY)
    sign_in_as(client, world.admin)
    assert client.get(COUNTRY).status_code == 200
    assert client.get(COUNTRY + "/calcul").status_code == 403


def test_verdicts_say_how_many_random_visits_are_missing(
    world: World, client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    assert "Aucun calcul" in text_of(client, VISITS)
    plant_build(world.siren_21)
    told = text_of(client, VISITS)
    assert "il manque 63 visites tirées au sort" in told
    assert "37 / 100" in told
    assert "Pourquoi les visites choisies ne comptent pas" in told
    assert "Le modèle" not in told.split("Toutes les visites")[1]


def test_a_model_of_verdicts_gives_its_interval_and_its_calibration(
    world: World, client: InspectingClient
) -> None:
    published = VERDICTS | {"random": 100, "model": MODEL, "refusal": None}
    plant_build(world.siren_21, verdicts=published)
    sign_in_as(client, world.scientist)
    # One visit that confirms is no share.
    assert "Visites choisies :" not in text_of(client, VISITS)
    plant_build(world.siren_21, verdicts=published | {"chosen": 40, "chosen_confirmed": 36})
    told = text_of(client, VISITS)
    assert "44 % (de 34 % à 54 %)" in told
    assert "Visites choisies : 40 visites, dont 90 % confirment" in told
    assert "Groupe 2 100 62 % 44 % (de 34 % à 54 %)" in told
    assert "Risque à 18 mois +0,80" in told
    assert "il manque" not in told


def test_every_fate_is_told_with_its_day() -> None:
    dates = FirmDates(
        opened_on=[date(2024, 2, 1)], supported_on=date(2024, 2, 2), closed_on=date(2024, 2, 3)
    )
    for fate in LabelFate:
        told = words.why(fate, 3, date(2024, 1, 1), dates)
        assert told.endswith(".")
        assert ("–" in told) == (fate is LabelFate.BLIND), "no opening before that day"
    assert words.why(LabelFate.MATURING, 0, date(2024, 1, 1), dates) == words.NOT_YET
