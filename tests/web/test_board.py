"""Table, board and calendar of the accompagnements: one address of filters, counts that follow them, a card moved by a button."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.cases.board import presenters
from app.cases.models import Case, CaseState
from app.core.journal import Event
from app.core.now import today
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.deadlines import plan
from tests.factories.network import system
from tests.factories.people import World
from tests.factories.unlocks import unlock
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

BOARD = "/accompagnements?vue=tableau"
DIJON, BEAUNE = "Forges fictives de Dijon", "Tissages paisibles de Beaune"


@pytest.fixture
def cases(world: World) -> tuple[int, int]:
    """Two accompagnements of alice; carol takes part in the first."""
    unlock(world.alice, world.siren_21_quiet)
    first, second = (
        open_case(world.alice, world.siret_21),
        open_case(world.alice, world.siret_21_quiet),
    )
    add_member(world.alice, first, world.carol)
    return first, second


def board(client: InspectingClient, query: str = "") -> dict[str, tuple[str, list[str]]]:
    """Each column: what it counts, and the firms of its cards."""
    found = {}
    for column in client.page(f"{BOARD}{query}").select("#resultats section"):
        count = column.select_one(".vigie-count")
        assert count
        cards = [link.get_text() for link in column.select("article h3 a")]
        found[str(column["aria-label"])] = (count.get_text(), cards)
    return found


def state_of(case_id: int) -> CaseState:
    with system() as session:
        return session.get_one(Case, case_id).state


def test_the_columns_follow_the_filters_and_so_do_their_counts(
    world: World, client: InspectingClient, cases: tuple[int, int]
) -> None:
    close_case(world.alice, cases[1])
    sign_in_as(client, world.alice)
    assert board(client) == {
        "En cours": ("1", [DIJON]), "Sous surveillance": ("0", []), "Terminé": ("1", [BEAUNE]),
    }  # fmt: skip
    assert board(client, "&etat=en_cours") == {"En cours": ("1", [DIJON])}
    assert board(client, f"&agent={world.carol}")["Terminé"] == ("0", [])
    assert board(client, f"&agent={world.carol}")["En cours"] == ("1", [DIJON])
    links = client.page(f"{BOARD}&agent={world.carol}").select("#resultats nav a")
    assert all(f"agent={world.carol}" in str(link["href"]) for link in links)
    assert [link.get_text() for link in links] == ["Table", "Tableau", "Calendrier"]
    lines = journaled(Event.CASE_LIST_READ)
    assert lines[-1].details["filters"]["vue"] == "tableau"


def test_a_button_moves_a_card_and_brings_back_to_the_same_board(
    world: World, client: InspectingClient, cases: tuple[int, int]
) -> None:
    sign_in_as(client, world.alice)
    path = f"/accompagnements/{cases[0]}/colonne"
    sent = {"etat": "sous_surveillance", "retour": "vue=tableau&departement=21"}
    answer = client.submit(path, sent, page=BOARD)
    assert answer.status_code == 303
    assert answer.location == "/accompagnements?vue=tableau&departement=21"
    assert state_of(cases[0]) is CaseState.SOUS_SURVEILLANCE
    assert board(client)["Sous surveillance"] == ("1", [DIJON])
    client.submit(path, {"etat": "termine", "retour": ""}, page=BOARD)
    assert "enregistrez son issue" in client.page(BOARD).get_text()
    client.submit(path, {"etat": "ailleurs"}, page=BOARD)
    assert "Choisissez une colonne" in client.page(BOARD).get_text()
    assert state_of(cases[0]) is CaseState.SOUS_SURVEILLANCE


def test_only_a_referent_moves_it(
    world: World, client: InspectingClient, cases: tuple[int, int]
) -> None:
    path = f"/accompagnements/{cases[0]}/colonne"
    for person, status in (("carol", 403), ("bob", 403), ("stranger", 404), ("admin", 403)):
        sign_in_as(client, getattr(world, person))
        sent = {"etat": "sous_surveillance"}
        assert client.submit(path, sent, page="/compte").status_code == status, person
        if status == 403 and person != "admin":
            assert not client.page(BOARD).select("article button")
    assert state_of(cases[0]) is CaseState.EN_COURS


def test_a_long_column_is_cut_and_leads_to_the_table(
    world: World, client: InspectingClient, cases: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presenters, "CARDS", 1)
    sign_in_as(client, world.alice)
    assert board(client)["En cours"] == ("2", [BEAUNE])
    (more,) = client.page(BOARD).select("#resultats section > p > a")
    table = client.page(str(more["href"]))
    assert {link.get_text() for link in table.select("tbody th a")} == {DIJON, BEAUNE}


def test_the_calendar_has_what_is_to_be_done_and_that_the_reader_reads(
    world: World, client: InspectingClient, cases: tuple[int, int]
) -> None:
    soon = today() + timedelta(days=40)
    plan(
        world.alice,
        world.siren_21,
        to="crp",
        what="Rappeler la banque",
        case_id=cases[0],
        due_on=soon,
    )
    month = f"/accompagnements?vue=calendrier&mois={soon:%Y-%m}"
    sign_in_as(client, world.carol)
    assert f"{DIJON} : Rappeler la banque (Alice Fictif)" in client.page(month).get_text()
    assert "Aucune échéance" in client.page("/accompagnements?vue=calendrier&mois=x").get_text()
    assert "Aucune échéance" in client.page(f"{month}&entreprise={world.siren_21_quiet}").get_text()
    sign_in_as(client, world.bob)
    assert "Rappeler la banque" not in client.page(month).get_text(), "it is of another network"


def test_nothing_is_shown_out_of_reach(
    world: World, client: InspectingClient, cases: tuple[int, int]
) -> None:
    sign_in_as(client, world.stranger)
    assert {count for count, _ in board(client).values()} == {"0"}
    with system() as session:
        assert session.scalar(text("select count(*) from support_case")) == 2
