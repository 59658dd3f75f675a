"""Saved views: kept, shared, opened with, told of; each reader sees in them what their own rights show."""

from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.models import Agent
from app.core.access.identity import Nature
from app.core.database.keyset import PAGE_SIZE
from app.detections.lists.filters import ASKED
from app.detections.lists.forms import ListFilterForm
from app.detections.models import HumanSignal, SignalSource
from app.messages.models import Announcement
from app.watching import jobs
from app.watching.models import SavedView
from app.watching.panels import VIEWS_SHOWN
from app.watching.services import MOST
from scoring.vocabulary import Level
from tests.factories.detections import Alerted, names_on, publish_list
from tests.factories.network import network_id, system
from tests.factories.people import World, newcomer
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as, sign_out

QUERY = "niveau=elevee&tri=dette&sens=decroissant"
FIRM = "Forges fictives de Dijon"


def save(client: InspectingClient, name: str = "Ma vue", query: str = QUERY, to: str = "") -> int:
    """Save a view as the page of a list does; its number."""
    sent = {"name": name, "network_id": to, "query": query}
    answer = client.submit("/vues", sent, page="/detections?niveau=elevee")
    assert (answer.status_code, answer.location) == (303, "/vues")
    with system() as session:
        return session.scalars(select(SavedView.id).order_by(SavedView.id.desc())).first() or 0


def links(client: InspectingClient, path: str = "/detections?tout=1") -> dict[str, str]:
    """The views beside the list."""
    return {
        link.get_text(" ", strip=True): str(link["href"])
        for link in client.page(path).select("#vues nav a")
    }


def test_what_is_kept_of_a_list_are_its_filters_and_its_order(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    assert client.page("/detections?tout=1").select_one("#enregistrer-vue") is None
    form = client.page(f"/detections?{QUERY}&curseur=1.x&note=le+dirigeant").select_one(
        "#enregistrer-vue"
    )
    assert form is not None
    kept = form.select_one('input[name="query"]')
    assert kept is not None
    assert kept["value"] == QUERY
    save(client, query=f"{QUERY}&curseur=1.x&note=le+dirigeant&tout=1")
    assert links(client) == {"Ma vue": f"/detections?{QUERY}"}


def test_the_names_kept_are_those_of_the_form(client: InspectingClient, world: World) -> None:
    fields = {
        name
        for name in vars(ListFilterForm)
        if hasattr(getattr(ListFilterForm, name), "field_class")
    }
    assert fields == ASKED - {"tri", "sens"}


def test_a_view_is_its_authors_until_it_is_shared_with_a_network(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    save(client, "Seule")
    save(client, "Au réseau", to=str(network_id("crp")))
    assert set(links(client)) == {"Seule", "Au réseau"}
    sign_in_as(client, world.carol)
    assert set(links(client)) == {"Au réseau , de Alice Fictif"}
    sign_in_as(client, world.bob)
    assert links(client) == {}


@pytest.mark.parametrize("act", ["defaut", "alerte", "suppression"])
def test_each_act_is_its_authors(client: InspectingClient, world: World, act: str) -> None:
    sign_in_as(client, world.alice)
    number = save(client, to=str(network_id("crp")))
    path = f"/vues/{number}/{act}"
    statuses = {
        world.carol: 403, world.stranger: 403, world.bob: 404, world.admin: 403, world.scientist: 403,
    }  # fmt: skip
    for agent_id, status in statuses.items():
        sign_in_as(client, agent_id)
        page = "/compte"
        assert client.submit(path, {}, page=page).status_code == status, agent_id
    sign_out(client)
    assert client.post(path).status_code in (400, 401)
    sign_in_as(client, world.alice)
    assert client.submit(path, {}, page="/vues").status_code == 303


def test_the_list_opens_with_the_view_chosen_and_the_whole_one_stays_a_click_away(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    first, second = save(client, "Première"), save(client, "Seconde", "niveau=moderee")
    for number, query in ((first, QUERY), (second, "niveau=moderee")):
        client.submit(f"/vues/{number}/defaut", {}, page="/vues")
        answer = client.get("/detections")
        assert (answer.status_code, answer.location) == (302, f"/detections?{query}")
    clear = client.page(f"/detections?{QUERY}").find("a", string="Tout effacer")
    assert clear is not None
    # The last filter goes away too, rather than lead back to the view.
    chips = client.page("/detections?niveau=moderee").select("#resultats a.fr-tag")
    assert {chip["href"] for chip in chips} == {"/detections?tout=1"}
    whole = client.page("/detections?tout=1").get_text()
    assert "Enregistrer cette vue" not in whole
    sign_in_as(client, world.carol)
    assert client.get("/detections").status_code == 200
    sign_in_as(client, world.alice)
    client.submit(f"/vues/{second}/defaut", {}, page="/vues")
    assert client.get("/detections").status_code == 200


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"name": ""}, "Donnez un nom"),
        ({"name": "x" * 81}, "80 caractères au plus"),
        ({"query": ""}, "Choisissez d’abord des filtres"),
        ({"query": "inconnu=1&curseur=2"}, "Choisissez d’abord des filtres"),
        ({"query": "departement=21&" * 200}, "trop de filtres"),
        ({"query": "departement=21&" * 600}, "trop de filtres"),
        ({"network_id": "9999"}, "un de vos réseaux"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    client: InspectingClient, world: World, said: dict[str, str], message: str
) -> None:
    sign_in_as(client, world.alice)
    sent = {"name": "Ma vue", "network_id": "", "query": QUERY, **said}
    answer = client.submit("/vues", sent, page=f"/detections?{QUERY}")
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    with system() as session:
        assert session.scalars(select(SavedView)).all() == []


def test_a_name_saved_again_is_the_same_view_and_there_is_a_most(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    assert save(client) == save(client, query="niveau=moderee")
    with system() as session:
        session.add_all(
            SavedView(agent_id=world.alice, name=f"v{n}", query=QUERY) for n in range(MOST - 1)
        )
    answer = client.submit(
        "/vues", {"name": "De trop", "network_id": "", "query": QUERY}, page=f"/detections?{QUERY}"
    )
    assert (answer.status_code, f"déjà {MOST} vues" in answer.get_data(as_text=True)) == (422, True)


def test_an_author_is_told_once_a_list_of_what_entered_as_far_as_they_may_read(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        publish_list(session, as_of=date(2026, 6, 1))
    for agent_id in (world.alice, world.stranger):
        sign_in_as(client, agent_id)
        number = save(client, "Élevées", "niveau=elevee")
        client.submit(f"/vues/{number}/alerte", {}, page="/vues")
    jobs.tell()
    assert announced() == []
    with system() as session:
        publish_list(
            session,
            Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE),
            as_of=date(2026, 7, 1),
        )
    for _ in range(2):
        jobs.tell()
    assert announced() == [
        (
            world.alice,
            "« Élevées » : 1 alerte à voir",
            "/detections?niveau=elevee",
        )
    ]
    sign_in_as(client, world.alice)
    assert names_on(client, "/detections?niveau=elevee") == [FIRM]


def test_a_network_may_share_more_views_than_a_page_shows(
    client: InspectingClient, world: World
) -> None:
    crp = network_id("crp")
    with system() as session:
        session.add_all(
            SavedView(agent_id=world.carol, name=f"v{n:03d}", query=QUERY, network_id=crp)
            for n in range(PAGE_SIZE + 1)
        )
    sign_in_as(client, world.alice)
    save(client, "à moi")
    assert len(links(client)) == VIEWS_SHOWN
    assert next(iter(links(client))) == "à moi"
    first = client.page("/vues")
    assert len(first.select("tbody tr")) == PAGE_SIZE
    (after,) = {str(link["href"]) for link in first.select("a[href*=suite]")}
    rest = [row.get_text() for row in client.page(after).select("tbody th")]
    assert [name.strip() for name in rest] == [f"v{PAGE_SIZE - 1:03d}", f"v{PAGE_SIZE:03d}"]


def test_what_is_told_is_what_the_view_shows(client: InspectingClient, world: World) -> None:
    with system() as session:
        publish_list(session, as_of=date(2026, 6, 1))
        urssaf = newcomer(session, "urssaf", natures={"21": [Nature.URSSAF]})
        gone = newcomer(session, "parti", natures={"21": [Nature.SCORE]})
        session.add_all(
            HumanSignal(
                siren=siren,
                departments=["21"],
                author_id=world.alice,
                source=SignalSource.INTERNE,
                comment="Le dirigeant appelle.",
            )
            for siren in (world.siren_21, world.siren_21_quiet)
        )
    # Of novelties of its own; of an author who may not read novelties; of one who has left.
    for agent_id, query in (
        (world.alice, "nouveaute=re_alert&signalements=inclus"),
        (urssaf, "tri=entreprise"),
        (gone, "niveau=elevee"),
    ):
        sign_in_as(client, agent_id)
        client.submit(f"/vues/{save(client, query=query)}/alerte", {}, page="/vues")
    with system() as session:
        session.get_one(Agent, gone).active = False
        publish_list(
            session,
            Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE),
            as_of=date(2026, 7, 1),
        )
    jobs.tell()
    assert announced() == []


def announced() -> list[tuple[int, str, str]]:
    with system() as session:
        rows = session.scalars(select(Announcement).order_by(Announcement.id)).all()
        return [
            (row.agent_id, row.subject, row.path)
            for row in rows
            if row.dedup_key.startswith("view:")
        ]


def test_a_view_is_deleted_after_its_author_read_who_loses_it(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    number = save(client, to=str(network_id("crp")))
    client.submit(f"/vues/{number}/defaut", {}, page="/vues")
    (link,) = client.page("/vues").select(f'a[href="/vues/{number}/suppression"]')
    asked = client.page(str(link["href"])).get_text(" ", strip=True)
    for said in ("Supprimer la vue « Ma vue »", "avec qui vous la partagez", "s’ouvrira de nouveau entière"):  # fmt: skip
        assert said in asked
    assert "Ma vue" in links(client), "asking deletes nothing"
    answer = client.submit(f"/vues/{number}/suppression", {})
    assert (answer.status_code, answer.location) == (303, "/vues")
    assert links(client) == {}
