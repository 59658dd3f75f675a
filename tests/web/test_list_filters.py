"""The filters of a list: what each keeps, what is wrong with one, how it is taken away."""

from app.companies.models import Territory, TerritoryCommune
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.detections.models import HumanSignal, SignalSource
from app.visits.models import ContactResult
from tests.factories import companies
from tests.factories.cases import close_case, open_case
from tests.factories.detections import names_on
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

pytest_plugins = ["tests.factories.region"]

ACTOR = system_identity("tests")


FILTERS = {
    "niveau=elevee": 1,
    "niveau=moderee": 0,
    "niveau=elevee&niveau=moderee": 1,
    "nouveaute=first_alert": 1,
    "nouveaute=aggravation": 0,
    "departement=21": 1,
    "section=C": 1,
    "section=F": 0,
    "effectif_min=42&effectif_max=42": 1,
    "effectif_min=43": 0,
    "procedure=in_bonis": 1,
    "procedure=liquidation": 0,
    "dette_min=1": 0,
    "dette=hausse": 0,
    "effectif=baisse": 0,
    "activite_partielle=utilisee": 0,
    "comptes=perte": 0,
    "comptes=benefice": 0,
    "division=25": 1,
    "division=26": 0,
    "section=F&division=25": 1,
    "ca_min=1": 0,
    "forme=57": 1,
    "forme=54": 0,
    "age_min=1": 1,
    "age_max=1": 0,
    "territoire=inconnu": 1,
    "theme=dettes_sociales": 1,
    "theme=effectif": 0,
    "niveau=moderee&signalements=inclus": 0,
    "suivi=untouched": 1,
    "suivi=unanswered": 1,
    "suivi=watched": 0,
    "suivi=handled": 0,
    "suivi=inexact": 0,
    "source=algorithme": 1,
    "source=humain": 0,
    "source=les_deux": 0,
    "niveau=inconnu&source=inconnue&tri=inconnu&sens=x&suivi=x": 1,
}


def test_each_filter_of_the_address_narrows_the_list(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    found = {query: len(names_on(client, f"/detections?{query}")) for query in FILTERS}
    assert found == FILTERS


def test_a_wrong_number_is_said_and_ignored(
    world: World, listed: int, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.alice).page(
        "/detections?effectif_min=-3&dette_min=99999999999999"
    )
    assert page.get_text().count("Saisissez un nombre entier positif.") == 2
    assert len(page.select("#resultats tbody tr")) == 1
    words = client.page("/detections?dette_min=abc").select(".fr-message--error")
    assert [word.get_text(strip=True) for word in words] == [
        "Saisissez un nombre entier, sans unité."
    ]


def test_a_chip_says_each_filter_and_takes_it_away(
    world: World, listed: int, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.alice).page(
        "/detections?niveau=elevee&effectif_min=10&tri=lieu"
    )
    chips = {
        chip.get_text(strip=True): chip["href"] for chip in page.select(".vigie-chips .fr-tag")
    }
    assert chips == {
        "Retirer le filtreAlerte élevée": "/detections?effectif_min=10&tri=lieu",
        "Retirer le filtreEffectif : au moins 10": "/detections?niveau=elevee&tri=lieu",
    }


def test_what_people_do_of_a_firm_narrows_the_list(
    world: World, listed: int, client: InspectingClient
) -> None:
    """Each mark is that of whoever looks: mine is not my colleague's."""
    case_id = open_case(world.alice, world.siret_21)
    log_visit(
        world.alice,
        world.siret_21,
        to="crp",
        contact_result=ContactResult.INJOIGNABLE,
        verdict=None,
    )
    told = {
        world.alice: {"mine": 1, "administration": 1, "supported": 1, "visited": 1, "met": 0, "untouched": 0},
        world.carol: {"mine": 0, "administration": 1, "supported": 1, "visited": 1, "met": 0, "untouched": 0},
        world.bob: {"mine": 0, "administration": 0, "supported": 1, "visited": 1, "met": 0, "untouched": 0},
    }  # fmt: skip
    for agent_id, expected in told.items():
        sign_in_as(client, agent_id)
        found = {mark: len(names_on(client, f"/detections?suivi={mark}")) for mark in expected}
        assert found == expected, agent_id
    close_case(world.alice, case_id)
    log_visit(world.carol, world.siret_21, to="crp")
    sign_in_as(client, world.alice)
    after = {
        mark: len(names_on(client, f"/detections?suivi={mark}"))
        for mark in ("mine", "administration", "met")
    }
    assert after == {"mine": 0, "administration": 0, "met": 1}


def test_the_firms_that_people_signal_are_said_when_a_filter_leaves_them_out(
    world: World, listed: int, client: InspectingClient
) -> None:
    """What the algorithm alone knows is not known of them: the page says how many, and shows them at a click."""
    with unit_of_work(ACTOR) as session:
        session.add(
            HumanSignal(
                siren=world.siren_21_quiet, departments=["21"], author_id=world.bob, source=SignalSource.PRESSE,
                comment="Plan social annoncé",
            )
        )  # fmt: skip
    sign_in_as(client, world.alice)
    whole = client.page("/detections?effectif_min=1")
    assert "signalée par des agents" not in whole.get_text()
    for query in ("niveau=elevee", "nouveaute=first_alert", "effectif=baisse", "theme=effectif"):
        page = client.page(f"/detections?{query}")
        assert "1 entreprise signalée par des agents n’est pas ici" in page.get_text(
            " ", strip=True
        )
        include = page.find("a", string="L’inclure")
        assert include is not None
        assert include["href"] == f"/detections?{query}&signalements=inclus"
        names = names_on(client, str(include["href"]))
        assert "Tissages paisibles de Beaune" in names, query
        after = client.page(str(include["href"])).get_text(" ", strip=True)
        assert "signalée par des agents" not in after
        assert "Avec les signalements humains" in after
    # Somebody who asks for the algorithm alone knows what they leave out; what does not keep the firm says nothing of it.
    for query in ("niveau=elevee&source=algorithme", "niveau=elevee&section=F"):
        assert "signalée par des agents" not in client.page(f"/detections?{query}").get_text()
    sign_in_as(client, world.stranger)
    assert "signalée par des agents" not in client.page("/detections?niveau=elevee").get_text()


def test_a_territory_is_offered_where_it_is_and_keeps_its_firms(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    assert client.page("/detections").select('[name="territoire"]') == []
    with unit_of_work(ACTOR) as session:
        session.add_all(
            (
                Territory(code="2701", name="Auxois Morvan", departments=["21", "58"]),
                Territory(code="2702", name="Grand Chalon", departments=["71"]),
                TerritoryCommune(commune_code="21001", territory="2701"),
            )
        )
        companies.store_figures(session)
    page = client.page("/detections?territoire=2701")
    assert [box["value"] for box in page.select('[name="territoire"]')] == ["2701"]
    assert names_on(client, "/detections?territoire=2701") == ["Forges fictives de Dijon"]
    assert [chip.get_text(strip=True) for chip in page.select(".vigie-chips .fr-tag")] == [
        "Retirer le filtreAuxois Morvan"
    ]
    # One that is not of the zone is not understood: it is neither said nor followed.
    assert names_on(client, "/detections?territoire=2702") == ["Forges fictives de Dijon"]
