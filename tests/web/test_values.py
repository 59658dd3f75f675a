"""Administrators edit the lists of values: words and order change, codes do not, nothing is deleted."""

import pytest

from app.core.journal import Event
from app.values import services
from app.values.models import ListValue, ValueList
from app.values.seeds import plant
from tests.factories.network import network_id, system, working_as
from tests.factories.people import World
from tests.factories.values import value_id
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

LISTS = "/administration/listes"
SECTORS = f"{LISTS}/filiere"


def names(client: InspectingClient, path: str = SECTORS) -> list[str]:
    """The values of a list as its page writes them, in order."""
    return [cell.get_text(" ", strip=True) for cell in client.page(path).select("tbody th")]


def test_an_instance_begins_with_the_values_that_agents_know(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.admin)
    assert len(names(client)) == 22
    actions = names(client, f"{LISTS}/action")
    assert (len(actions), actions[0]) == (13, "Mobilisation audit CODEFI")
    tags = names(client, f"{LISTS}/etiquette")
    assert tags == [f"{tag} réseau Direccte" for tag in ("AR-PB", "Alerte MRE", "Alerte DIRE")]
    text = client.page(LISTS).get_text()
    assert all(known.label in text for known in ValueList)
    # Whoever reads a value finds what it means.
    assert "Constructeurs, équipementiers" in client.page(SECTORS).get_text()


def test_a_value_is_added_renamed_and_ordered_without_a_script(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.admin)
    path = f"{SECTORS}/nouvelle"
    sent = {"label": "Batteries", "definition": "Cellules, modules et recyclage."}
    assert client.submit(path, sent).status_code == 303
    assert names(client)[-1] == "Batteries"
    number = value_id("filiere", "batteries")
    client.submit(f"/administration/valeurs/{number}/ordre", {"sens": "haut"}, page=SECTORS)
    assert names(client)[-2:] == ["Batteries", "Autres"]
    change = f"/administration/valeurs/{number}"
    again = {"label": "Batteries et piles", "definition": "Cellules, modules et recyclage."}
    assert client.submit(change, again).status_code == 303
    assert value_id("filiere", "batteries") == number, "a code does not change"
    assert names(client)[-2] == "Batteries et piles"
    changes = [line.details["change"] for line in journaled(Event.VALUE_CHANGED)]
    assert changes == ["added", "moved", "changed"]
    assert journaled(Event.VALUE_CHANGED)[-1].details["fields"] == {
        "label": ["Batteries", "Batteries et piles"]
    }


def test_what_is_refused_is_said_and_stays_typed(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.admin)
    for label, definition, said in (
        ("automobile", "Une définition", "porte déjà ce nom"),
        ("Batteries", "", "Définissez cette valeur"),
        ("", "Une définition", "Donnez un nom"),
        ("x" * 81, "Une définition", "80 caractères"),
        ("Batteries", "x" * 601, "600 caractères"),
    ):
        answer = client.submit(f"{SECTORS}/nouvelle", {"label": label, "definition": definition})
        assert (answer.status_code, said in answer.text) == (422, True), said
        assert definition in answer.text
    assert len(names(client)) == 22


def test_a_definition_rewritten_meanwhile_is_not_lost(world: World) -> None:
    number = value_id("filiere", "bois")
    with working_as(world.admin) as (session, who):
        value = session.get_one(ListValue, number)
        shown = value.definition
        services.change(
            session, who, value, label="Bois", definition="De l’un", shown=shown
        )  # fmt: skip
        with pytest.raises(services.DomainError, match="vient de changer"):
            services.change(
                session, who, value, label="Bois", definition="De l’autre", shown=shown
            )  # fmt: skip
    with system() as session:
        assert session.get_one(ListValue, number).definition == "De l’un"


def test_an_archived_value_is_offered_no_more_until_it_is_brought_back(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.admin)
    number = value_id("filiere", "aeronautique")
    for act, first, last in (
        ("archivage", "Agroalimentaire", "Aéronautique (archivée)"),
        ("reprise", "Aéronautique", "Autres"),
    ):
        path = f"/administration/valeurs/{number}/{act}"
        assert client.submit(path, {}, page=SECTORS).status_code == 303
        assert (names(client)[0], names(client)[-1]) == (first, last)
    changes = [line.details["change"] for line in journaled(Event.VALUE_CHANGED)]
    assert changes == ["archived", "brought_back"]


def test_planting_again_keeps_the_words_of_administrators(world: World) -> None:
    number = value_id("filiere", "bois")
    with working_as(world.admin) as (session, who):
        value = session.get_one(ListValue, number)
        services.change(session, who, value, label="Bois et forêt", definition="De la forêt")
        services.archive(session, who, value)
    with system() as session:
        plant(session)
        session.flush()
        value = session.get_one(ListValue, number)
        assert (value.label, value.archived_at is None) == ("Bois et forêt", False)


def test_a_tag_is_of_a_network_and_two_networks_may_name_one_alike(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.admin)
    path = f"{LISTS}/etiquette/nouvelle"
    sent = {"label": "Sensible", "definition": "À traiter avec réserve."}
    assert client.submit(path, sent).status_code == 422
    for code in ("crp", "urssaf"):
        made = client.submit(path, {**sent, "network_id": str(network_id(code))})
        assert made.status_code == 303
        assert value_id("etiquette", f"{code}_sensible")
    twice = client.submit(path, {**sent, "network_id": str(network_id("crp"))})
    assert twice.status_code == 422


def test_administrators_alone_edit_lists(client: InspectingClient, world: World) -> None:
    number = value_id("filiere", "bois")
    pages = (LISTS, SECTORS, f"{SECTORS}/nouvelle", f"/administration/valeurs/{number}")
    people = (world.alice, world.manager, world.correspondent, world.scientist, world.controller)
    for person in people:
        sign_in_as(client, person)
        assert {client.get(page).status_code for page in pages} == {403}
    sign_out(client)
    assert {client.get(page).status_code for page in pages} == {401}
    sign_in_as(client, world.admin)
    assert client.get(f"{LISTS}/inconnue").status_code == 404
    assert client.get("/administration/valeurs/999999").status_code == 404
