"""The statement of processing of a firm: complete for whoever reads everything, and nothing more for the others."""

from datetime import date

from sqlalchemy import update

from app.core.access.identity import Nature, Role
from app.core.journal import Event
from app.detections.models import DetectionEntry
from scoring.vocabulary import Level
from tests.factories.cases import open_case
from tests.factories.companies import freshness
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system
from tests.factories.people import World, newcomer
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

DEBT = "Dette Urssaf : 3,2 mois de cotisations"


def listed(world: World) -> str:
    """The firm of Côte-d'Or in alert, its level lowered by a rule; the address of its statement."""
    with system() as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21"))
        session.execute(
            update(DetectionEntry).values(model_level=Level.ELEVEE, level=Level.MODEREE)
        )
        freshness(session, date(2026, 6, 1))
    return f"/entreprises/{world.siren_21}/releve"


def test_a_statement_says_what_was_read_what_weighed_and_who_looked(
    client: InspectingClient, world: World
) -> None:
    address = listed(world)
    open_case(world.alice, world.siret_21)
    sign_in_as(client, world.bob)
    client.get(f"/entreprises/{world.siren_21}")
    sign_in_as(client, world.alice)
    page = client.get(address).text
    assert "Relevé complet" in page
    assert "Alerte modérée" in page
    assert "le modèle seul disait « Alerte élevée »" in page
    assert DEBT in page
    assert "Débits Urssaf" in page
    assert "sept. 2026" in page, "the last month that the list knew"
    assert "En cours : 1 ; terminés : 0" in page
    rows = [row.get_text(" ", strip=True) for row in client.page(address).select("tr")]
    assert any(row.startswith("Urssaf 1 1 ") for row in rows), rows
    assert "Bob" not in page, "who it was is for controllers"
    lines = journaled(Event.STATEMENT_EXPORTED)
    assert [line.siren for line in lines] == [world.siren_21] * 2
    assert Nature.URSSAF in lines[0].details["natures"]


def test_a_statement_shows_nothing_that_its_maker_does_not_read(
    client: InspectingClient, world: World
) -> None:
    address = listed(world)
    with system() as session:
        half = newcomer(session, "moitie-21", natures={"21": [Nature.SCORE]}, roles=(Role.AGENT,))
    sign_in_as(client, half)
    page = client.get(address).text
    assert "Relevé partiel" in page
    assert "Données Urssaf" in page
    assert DEBT not in page
    assert "non habilité" in page
    assert "Aucun que l’auteur de ce relevé puisse lire" in page
    with system() as session:
        none = newcomer(session, "sans-21", natures={"21": []}, roles=(Role.AGENT,))
    sign_in_as(client, none)
    blind = client.get(address).text
    assert "Alertes : non habilité" in blind
    assert "Alerte modérée" not in blind


def test_only_those_of_the_zone_or_of_the_accompagnement_make_one(
    client: InspectingClient, world: World
) -> None:
    address = listed(world)
    for person, status in (
        ("stranger", 403),
        ("admin", 403),
        ("controller", 403),
        ("manager", 200),
    ):
        sign_in_as(client, getattr(world, person))
        assert client.get(address).status_code == status, person
    sign_in_as(client, world.alice)
    assert client.get("/entreprises/999999999/releve").status_code == 404
    assert "/releve" in client.get(f"/entreprises/{world.siren_21}/identite").text
    sign_in_as(client, world.stranger)
    assert "/releve" not in client.get(f"/entreprises/{world.siren_21}/identite").text


def test_a_controller_who_works_on_the_firm_reads_names(
    client: InspectingClient, world: World
) -> None:
    address = listed(world)
    sign_in_as(client, world.bob)
    client.get(f"/entreprises/{world.siren_21}")
    with system() as session:
        both = newcomer(
            session, "double", natures={"21": [*Nature]}, roles=(Role.AGENT, Role.CONTROLEUR)
        )
    sign_in_as(client, both)
    assert "Urssaf : Bob" in client.get(address).text


def test_a_firm_out_of_the_list_is_told_why(client: InspectingClient, world: World) -> None:
    listed(world)
    sign_in_as(client, world.alice)
    page = client.get(f"/entreprises/{world.siren_21_quiet}/releve").text
    assert "Elle n’est pas dans la liste du" in page
    assert "Poids de chaque thème" not in page
