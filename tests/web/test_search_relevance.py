"""Which firms a search finds and in which order: beginnings, words, towns, then resemblances; the zone first."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.access.rows import acting_as
from app.core.database.unit_of_work import unit_of_work
from app.search import queries
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.web.test_search import SYSTEM, add_firm, names


def test_the_beginning_of_a_name_comes_before_its_words_and_its_words_before_the_town(
    client: InspectingClient, world: World
) -> None:
    add_firm("400000006", "SCIERIE DES LILAS")
    add_firm("410000005", "LILAS ET FILS")
    add_firm("420000004", "BOIS DU JURA", commune="LILAS")
    assert names(client.sign_in(world.alice), "lilas") == [
        "LILAS ET FILS",
        "SCIERIE DES LILAS",
        "BOIS DU JURA",
    ]


def test_the_zone_of_whoever_asks_comes_first(client: InspectingClient, world: World) -> None:
    add_firm("400000006", "LILAS DE PARIS", department="75")
    add_firm("410000005", "SCIERIE DES LILAS", department="21")
    client.sign_in(world.alice)
    assert names(client, "lilas") == ["SCIERIE DES LILAS", "LILAS DE PARIS"]
    client.sign_in(world.stranger)
    assert names(client, "lilas") == ["LILAS DE PARIS", "SCIERIE DES LILAS"]


def test_a_firm_that_only_works_in_the_zone_is_of_the_zone(
    client: InspectingClient, world: World
) -> None:
    add_firm("400000006", "SCIERIE DES LILAS", department="75")
    add_firm("410000005", "TISSAGE DES LILAS", department="75")
    with unit_of_work(SYSTEM) as session:
        session.execute(
            text("update company set departments = '{21,75}' where siren = '410000005'")
        )
    found = names(client.sign_in(world.alice), "lilas")
    assert found == ["TISSAGE DES LILAS", "SCIERIE DES LILAS"]


def test_a_town_is_not_drowned_in_names_that_resemble_it(
    client: InspectingClient, world: World
) -> None:
    for number in range(6):
        add_firm(f"40000000{number}", f"FIRME {number}", commune="BEAUNE")
        add_firm(f"41000000{number}", f"BEAUNIER {number}", department="75")
        add_firm(f"42000000{number}", f"BEAUME {number}")
    found = names(client.sign_in(world.alice), "Beaune")
    assert found == ["TISSAGES PAISIBLES DE BEAUNE", *(f"FIRME {number}" for number in range(6))]


def test_an_exact_town_comes_before_towns_whose_name_is_longer(
    client: InspectingClient, world: World
) -> None:
    add_firm("400000006", "ABATTOIR", commune="BEAUNE-LA-ROLANDE")
    add_firm("410000005", "ZINC", commune="BEAUNE")
    found = names(client.sign_in(world.alice), "beaune")
    assert found[-2:] == ["ZINC", "ABATTOIR"]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("GARAGE ST MICHEL", "saint michel"),
        ("GARAGE SAINT-MICHEL", "St. Michel"),
        ("CLINIQUE STE-ANNE", "sainte anne"),
        ("SARL DUPOND", "dupond"),
        ("DUPOND", "S.A.R.L. Dupond"),
        ("DUPOND SAS", "eurl dupond"),
        ("Élagage Œuvré", "ELAGAGE OEUVRE"),
        ("L'ATELIER DU BOIS", "l’atelier du bois"),
        ("E.D.F. SERVICES", "edf"),
        ("SARL", "sarl"),
    ],
)
def test_saints_legal_forms_accents_and_punctuation_do_not_count(
    client: InspectingClient, world: World, written: str, typed: str
) -> None:
    add_firm("400000006", written)
    assert names(client.sign_in(world.alice), typed)[:1] == [written.upper()]


def test_words_are_found_in_any_order_and_the_last_one_unfinished(
    client: InspectingClient, world: World
) -> None:
    add_firm("400000006", "TRANSPORTS VALMONT")
    client.sign_in(world.alice)
    assert names(client, "valmont transp") == ["TRANSPORTS VALMONT"]
    assert names(client, "transp valmont") == ["TRANSPORTS VALMONT"], "by its spelling"


def test_the_nearest_spelling_comes_first_and_is_told_apart(
    client: InspectingClient, world: World
) -> None:
    add_firm("400000006", "TRANSPORT VALMONTEL")
    add_firm("410000005", "TRANSPORT VALMONT")
    page = client.sign_in(world.alice).page("/recherche?q=tranpsort valmnot")
    found = [link.get_text(strip=True) for link in page.select("#resultats tbody th a")]
    assert found[0] == "Transport Valmont"
    assert "Aucune entreprise ne correspond exactement" in page.get_text(" ", strip=True)
    exact = client.page("/recherche?q=transport valmont").get_text(" ", strip=True)
    assert "Aucune entreprise ne correspond exactement" not in exact


def test_a_mistyped_town_is_found(client: InspectingClient, world: World) -> None:
    add_firm("400000006", "GARAGE DU PORT", commune="SAINT-NAZAIRE")
    assert names(client.sign_in(world.alice), "garage st nazzaire") == ["GARAGE DU PORT"]


def test_beyond_a_bound_the_number_found_is_not_said(
    client: InspectingClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 30)
    for number in range(30):
        add_firm(f"6000000{number:02d}", f"MENUISERIE NUMERO {number:02d}")
    client.sign_in(world.alice)
    assert "30 entreprises" in summary(client)
    add_firm("610000000", "MENUISERIE NUMERO 99")
    assert "Plus de 30 entreprises" in summary(client)


def test_a_town_of_many_firms_does_not_hide_the_few_of_that_name(
    client: InspectingClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 5)
    for number in range(8):
        add_firm(f"40000000{number}", f"ATELIER {number}", commune="LILAS")
    add_firm("410000005", "SCIERIE DES LILAS")
    assert names(client.sign_in(world.alice), "lilas")[0] == "SCIERIE DES LILAS"


def test_what_changes_is_searched_as_it_is_now(client: InspectingClient, world: World) -> None:
    add_firm("400000006", "SCIERIE DES LILAS")
    with unit_of_work(SYSTEM) as session:
        session.execute(
            text("update company set name = 'TISSAGE DES ROSES' where siren = '400000006'")
        )
    client.sign_in(world.alice)
    assert names(client, "roses") == ["TISSAGE DES ROSES"]
    assert names(client, "lilas") == []


@pytest.mark.parametrize(
    "typed",
    [
        "%", "_", "\\", "'", '"', "''; --", "a'b", "\x00", "a\x00b", ":*", "&|!()<->", "@zz", "=zz", "#21", "{}",
        "l'", "é", "東京", "😀 😀", "sarl", "st", "x" * 3_000, " ".join(["mot"] * 700), "%" * 900, "ﬀ" * 300,
    ],
)  # fmt: skip
def test_hostile_texts_are_texts(client: InspectingClient, world: World, typed: str) -> None:
    client.sign_in(world.alice)
    for path in ("/recherche", "/recherche/suggestions"):
        response = client.get(path, query_string={"q": typed}, headers={"HX-Request": "true"})
        assert response.status_code in (200, 414), path
        assert "Forges fictives" not in response.text, path


def test_ten_thousand_letters_are_too_many(client: InspectingClient, world: World) -> None:
    client.sign_in(world.alice)
    for path in ("/recherche", "/recherche/suggestions"):
        assert client.get(path, query_string={"q": "x" * 10_000}).status_code == 414


def test_a_name_longer_than_an_index_holds_is_published_and_found(
    client: InspectingClient, world: World
) -> None:
    add_firm("400000006", "ENORME " + "Z" * 5_000)
    assert len(names(client.sign_in(world.alice), "enorme zzz")) == 1


def test_whoever_has_no_right_finds_nobody_even_asking_the_query(
    session: Session, world: World
) -> None:
    nobody = Identity(agent_id=world.admin, name="Nobody")
    with acting_as(nobody):
        page = queries.page_of_companies(session, nobody, "forges", cursor=None)
        assert page.rows == []
        assert queries.suggest(session, nobody, "forges") == []
        session.rollback()


def summary(client: InspectingClient) -> str:
    """What the page says of how many it found."""
    return client.page("/recherche?q=menuiserie").select_one(".vigie-pagination").get_text()  # type: ignore[union-attr]
