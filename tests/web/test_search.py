"""The search box, from the number that leads straight to its page to the name badly typed."""

from datetime import date
from urllib.parse import urlencode

import pytest
from flask import g
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.companies.models import Company, ProcedureStatus
from app.core.access.identity import system_identity
from app.core.access.rows import acting_as
from app.core.database.unit_of_work import unit_of_work
from app.core.journal import Event, JournalEntry
from app.core.now import utcnow
from app.search import jobs
from app.search.models import RecentSearch
from app.search.queries import KEPT, MOST_RECENT
from app.search.question import understand
from tests.factories import companies
from tests.factories.network import write_comment
from tests.factories.people import World, identity
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.journaled import journaled

SYSTEM = system_identity("tests")


def names(client: InspectingClient, query: str) -> list[str]:
    """The firms found, in order, in the capitals of Sirene: pages write them as people do."""
    page = client.page(f"/recherche?{urlencode({'q': query})}")
    return [link.get_text(strip=True).upper() for link in page.select("#resultats tbody th a")]


@pytest.mark.parametrize("typed", ["100000009", "100 000 009", "100.000.009", " 100000009 "])
def test_a_siren_leads_to_its_page(client: InspectingClient, world: World, typed: str) -> None:
    response = client.sign_in(world.alice).get("/recherche", query_string={"q": typed})
    assert response.status_code == 302
    assert response.location == "/entreprises/100000009"


def test_a_siret_leads_to_its_page(client: InspectingClient, world: World) -> None:
    response = client.sign_in(world.alice).get("/recherche?q=100 000 009 00008")
    assert response.location == "/etablissements/10000000900008"


def test_an_unknown_number_says_so_and_what_to_do(client: InspectingClient, world: World) -> None:
    client.sign_in(world.alice)
    for number in ("999999999", "99999999900001"):
        text = client.page(f"/recherche?q={number}").get_text(" ", strip=True)
        assert "Aucune entreprise ne porte ce numéro" in text
        assert "cherchez par le nom" in text


def test_a_siret_of_13_digits_is_told(client: InspectingClient, world: World) -> None:
    text = client.sign_in(world.alice).page("/recherche?q=1000000090000").get_text(" ", strip=True)
    assert "un siret en a 14 : vous en avez saisi 13" in text


@pytest.mark.parametrize(
    "typed", ["forges fictives", "Forjes fictive", "FORGES", "fictives dijon", "forgés"]
)
def test_a_name_is_found_whatever_the_typing(
    client: InspectingClient, world: World, typed: str
) -> None:
    assert "FORGES FICTIVES DE DIJON" in names(client.sign_in(world.alice), typed)


def test_a_name_that_begins_so_comes_first(client: InspectingClient, world: World) -> None:
    add_firm("400000006", "GRANDES FORGES DU TEST")
    found = names(client.sign_in(world.alice), "forges")
    assert found == ["FORGES FICTIVES DE DIJON", "GRANDES FORGES DU TEST"]


def test_a_town_is_found_alone_and_after_a_name(client: InspectingClient, world: World) -> None:
    add_firm("400000006", "GARAGE DU TEST", commune="SAINT-NAZAIRE")
    add_firm("500000005", "BOULANGERIE DU TEST", commune="SAINT-NAZAIRE")
    client.sign_in(world.alice)
    assert set(names(client, "saint nazaire")) == {"GARAGE DU TEST", "BOULANGERIE DU TEST"}
    assert names(client, "garage saint-nazaire") == ["GARAGE DU TEST"]


def test_each_firm_says_by_what_it_was_found(client: InspectingClient, world: World) -> None:
    add_firm("400000006", "GARAGE DU TEST", commune="BEAUNE")
    add_firm("500000005", "BEAUNE SERVICES", commune="DIJON")
    client.sign_in(world.alice)
    said = {
        query: [
            row.select_one("th .fr-text--sm").get_text(strip=True)  # type: ignore[union-attr]
            for row in client.page(f"/recherche?q={query}").select("#resultats tbody tr")
        ]
        for query in ("beaune services", "beaune", "garage beaune")
    }
    assert said["beaune services"] == ["Par son nom"]
    # The firm whose name begins so, then those of the town; one of them also bears its name.
    assert said["beaune"][:2] == ["Par son nom", "Par son nom"]
    assert "Par sa commune" in said["beaune"]
    assert said["garage beaune"] == ["Par son nom et sa commune"]


def test_what_is_found_says_up_to_when_its_sources_speak(
    client: InspectingClient, world: World
) -> None:
    with unit_of_work(SYSTEM) as session:
        companies.freshness(session, date(2026, 6, 1), sirene_ul=date(2026, 5, 1))
    page = client.sign_in(world.alice).page("/recherche?q=fictives")
    assert f"{companies.LABELS['sirene_ul']} jusqu’à mai 2026" in page.get_text(" ", strip=True)


def test_nothing_found_says_what_to_try(client: InspectingClient, world: World) -> None:
    text = client.sign_in(world.alice).page("/recherche?q=zzzzzz").get_text(" ", strip=True)
    assert "Aucune entreprise ne correspond" in text


@pytest.mark.parametrize(
    "typed", ["", "   ", "x", "%", "\x00", "'; drop table company; --", "é" * 300]
)
def test_any_text_is_a_question(client: InspectingClient, world: World, typed: str) -> None:
    response = client.sign_in(world.alice).get("/recherche", query_string={"q": typed})
    assert response.status_code == 200


def test_a_joker_is_not_a_joker(client: InspectingClient, world: World) -> None:
    assert names(client.sign_in(world.alice), "%%") == []


def test_a_row_says_place_procedure_closing_and_zone(
    client: InspectingClient, world: World
) -> None:
    add_firm(
        "400000006", "SCIERIE DU TEST", department="75",
        procedure_status=ProcedureStatus.PLAN_REDRESSEMENT, is_active=False,
    )  # fmt: skip
    page = client.sign_in(world.alice).page("/recherche?q=scierie du test")
    row = page.select_one("#resultats tbody tr")
    assert row is not None
    text = row.get_text(" ", strip=True)
    for said in ("Ville fictive (Paris)", "Plan de redressement", "Cessée", "Hors de ma zone"):
        assert said in text


def test_pages_follow_one_another_without_overlap(client: InspectingClient, world: World) -> None:
    for number in range(30):
        add_firm(f"6000000{number:02d}", f"MENUISERIE NUMERO {number:02d}")
    client.sign_in(world.alice)
    first = client.page("/recherche?q=menuiserie")
    following = first.select_one("a[rel=next]")
    assert following is not None
    second = client.page(str(following["href"]))
    shown = [
        link["href"] for page in (first, second) for link in page.select("#resultats tbody th a")
    ]
    assert len(shown) == len(set(shown)) == 30
    assert second.select_one("a[rel=next]") is None


def test_the_fragment_equals_the_page(client: InspectingClient, world: World) -> None:
    client.sign_in(world.alice)
    page = client.page("/recherche?q=forges").select_one("#resultats")
    fragment = client.get("/recherche?q=forges", headers={"HX-Request": "true"})
    assert page is not None
    assert fragment.text.strip().startswith('<div id="resultats"')
    assert "Forges fictives de Dijon" in fragment.text
    assert "<h1" not in fragment.text


def test_who_may_search(client: InspectingClient, world: World) -> None:
    assert client.get("/recherche?q=forges").status_code == 401
    for agent, status in {
        world.alice: 200, world.bob: 200, world.stranger: 200, world.manager: 200,
        world.admin: 403, world.controller: 403,
    }.items():  # fmt: skip
        g.pop("_login_user", None)  # the requests of a test share one application context
        assert client.sign_in(agent).get("/recherche?q=forges").status_code == status


def test_a_search_is_journaled_with_its_count(
    client: InspectingClient, world: World, session: Session
) -> None:
    client.sign_in(world.alice)
    client.get("/recherche?q=forges")
    client.get("/recherche?q=999999999")
    client.get("/recherche", query_string={"q": "z" * 150})
    controller = identity(session, world.controller)
    session.rollback()
    with acting_as(controller):
        lines = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
        assert {line.event for line in lines} == {Event.SEARCHED.value}
        assert {line.actor_id for line in lines} == {world.alice}
        assert [line.details for line in lines] == [
            {"query": "forges", "count": 1, "texts": 0},
            {"query": "999999999", "count": 0, "texts": 0},
            {"query": "z" * 100, "count": 0, "texts": 0},
        ]


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("123 456 789", "siren"),
        ("123-456-789-00012", "siret"),
        ("1664", "words"),
        ("3M", "words"),
        ("12345678", "problem"),
        ("123456789012345", "problem"),
        ("٣٣٣٣٣٣٣٣٣", "words"),
        ("a", "problem"),
    ],
)
def test_what_was_typed_is_understood(typed: str, part: str) -> None:
    question = understand(typed)
    filled = [name for name in ("siren", "siret", "words", "problem") if getattr(question, name)]
    assert filled == [part]


def add_firm(siren: str, name: str, **changed: object) -> None:
    """One more firm of the Côte-d’Or."""
    values = {
        "department": "21", "departments": ["21"], "commune": "Ville fictive", "is_active": True,
        "procedure_status": ProcedureStatus.IN_BONIS, "in_perimeter": True,
    } | changed  # fmt: skip
    values["departments"] = [values["department"]]
    with unit_of_work(SYSTEM) as session:
        session.add(Company(siren=siren, name=name, name_sort=name.upper(), **values))


def test_a_contact_met_and_the_words_of_a_text_are_found_with_their_reason(
    client: InspectingClient, world: World
) -> None:
    log_visit(world.alice, world.siret_21, to="crp", people_met="Mme Quatrebarbes")
    write_comment(world.alice, world.siren_21, to="crp", body="Le moratoire est signé")
    client.sign_in(world.carol)
    met = client.page("/recherche?q=quatrebarbes").select_one("#contacts")
    assert met is not None
    assert "Mme Quatrebarbes – Forges fictives de Dijon" in met.get_text()
    assert "consigné par Alice Fictif" in met.get_text()
    written = client.page("/recherche?q=moratoires").select_one("#textes")
    assert written is not None
    assert written.select_one("mark").get_text() == "moratoire"  # type: ignore[union-attr]
    (line,) = [line for line in journaled(Event.SEARCHED) if line.details["query"] == "moratoires"]
    assert line.details["texts"] == 1


@pytest.mark.parametrize("person", ["bob", "stranger"])
def test_whoever_is_not_in_the_audience_finds_and_counts_nothing(
    client: InspectingClient, world: World, person: str
) -> None:
    log_visit(world.alice, world.siret_21, to="crp", people_met="Mme Quatrebarbes")
    write_comment(world.alice, world.siren_21, to="crp", body="Le moratoire est signé")
    client.sign_in(getattr(world, person))
    for typed in ("quatrebarbes", "moratoire", "zzzzzz"):
        text = client.page(f"/recherche?q={typed}").get_text(" ", strip=True)
        assert "Aucune entreprise ne correspond" in text
        assert "Personnes rencontrées (" not in text
        assert "Textes que vous pouvez lire (" not in text
    assert {line.details["texts"] for line in journaled(Event.SEARCHED)} == {0}


def test_recent_searches_are_one_s_own_few_and_erased(
    client: InspectingClient, world: World
) -> None:
    client.sign_in(world.alice)
    for number in range(MOST_RECENT + 3):
        client.get(f"/recherche?q=forges {number}")
    client.get("/recherche?q=forges 5")
    shown = [link.get_text() for link in client.page("/recherche").select("#recherches-recentes a")]
    assert len(shown) == MOST_RECENT
    assert shown[0] == "forges 5"
    client.sign_in(world.carol)
    assert client.page("/recherche").select("#recherches-recentes") == []
    client.sign_in(world.alice)
    client.submit("/recherche/recentes/effacement", {}, page="/recherche")
    assert client.page("/recherche").select("#recherches-recentes") == []
    assert len(journaled(Event.SEARCHED)) == MOST_RECENT + 4


def test_recent_searches_are_forgotten_after_a_month(
    client: InspectingClient, world: World
) -> None:
    client.sign_in(world.alice)
    client.get("/recherche?q=forges")
    with unit_of_work(SYSTEM) as session:
        session.execute(update(RecentSearch).values(searched_at=utcnow() - KEPT))
    assert client.page("/recherche").select("#recherches-recentes") == []
    jobs.forget()
    with unit_of_work(SYSTEM) as session:
        assert session.scalars(select(RecentSearch.query)).all() == []
