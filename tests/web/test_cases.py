"""Accompagnements, as each kind of reader sees them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.cases.models import Case, CaseOutcome
from app.core.now import today
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.network import network_id, system, write_comment
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.readers import sign_in_as, sign_out

#: drawn anew for each page
DRAWN = re.compile(
    r'name="(?:csrf_token|sending)"[^>]* value="[^"]+"|value="[^"]+"[^>]* name="(?:csrf_token|sending)"'
)
ENDING = {"outcome": "stabilisee", "occurred_on": today().isoformat()}


def create_path(siret: str) -> str:
    return f"/etablissements/{siret}/accompagnement"


def test_opening_leads_to_its_page(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    answer = client.submit(
        create_path(world.siret_21), {"criticality": "elevee", "context": "Contexte"}
    )
    assert answer.status_code == 303
    page = client.page(answer.location)
    for text in (
        "Accompagnement de Forges fictives de Dijon",
        "Criticité élevée",
        "Alice Fictif",
        "Contexte",
    ):
        assert text in page.get_text()
    assert "Prochaine étape" in page.get_text()


def test_two_open_on_one_establishment_are_refused_with_a_link(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.bob)
    form = {"criticality": "none", "context": "mon contexte"}
    answer = client.submit(create_path(world.siret_21), form)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Un accompagnement est déjà ouvert sur cet établissement" in html
    assert f'href="/accompagnements/{case_id}"' in html
    assert "mon contexte" in html


@pytest.mark.parametrize("siret", ["1000000090000", "99999999999999", "x", "10000000900008 "])
def test_an_unknown_establishment_is_not_found(
    client: InspectingClient, world: World, siret: str
) -> None:
    sign_in_as(client, world.alice)
    assert client.get(create_path(siret)).status_code == 404


def test_out_of_zone_is_refused(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.stranger)
    page = client.page(create_path(world.siret_21), status=403)
    assert "pas dans votre zone" in page.get_text()


#: owner, colleague of the same network who does not take part, of another, participant, stranger, nobody
@pytest.mark.parametrize(
    ("tail", "statuses"),
    [
        ("", (200, 200, 200, 200, 404, 401)),
        ("/commentaires", (200, 200, 200, 200, 404, 401)),
        ("/modification", (200, 403, 403, 200, 404, 401)),
        ("/etat", (200, 403, 403, 403, 404, 401)),
        ("/cloture", (200, 403, 403, 403, 404, 401)),
        ("/membres", (200, 403, 403, 403, 404, 401)),
        ("/membres/1/depart", (200, 403, 403, 403, 404, 401)),
    ],
)
def test_each_reader_before_each_page(
    client: InspectingClient, world: World, tail: str, statuses: tuple[int, ...]
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.manager)
    path = f"/accompagnements/{case_id}{tail}"
    readers = (world.alice, world.carol, world.bob, world.manager, world.stranger)
    seen = [sign_in_as(client, reader).get(path).status_code for reader in readers]
    sign_out(client)
    assert (*seen, client.get(path).status_code) == statuses


def test_an_unknown_member_is_not_found(client: InspectingClient, world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.alice)
    assert client.get(f"/accompagnements/{case_id}/membres/999/depart").status_code == 404


def test_closing_as_a_participant_is_refused_and_changes_nothing(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob)
    sign_in_as(client, world.bob)
    path = f"/accompagnements/{case_id}/cloture"
    answer = client.submit(path, ENDING, page=f"/accompagnements/{case_id}/modification")
    assert answer.status_code == 403
    assert "Seul un référent" in answer.get_data(as_text=True)
    with system() as session:
        assert session.get_one(Case, case_id).is_open
        assert session.scalars(select(CaseOutcome)).all() == []


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"occurred_on": (today() + timedelta(days=1)).isoformat()}, "datée dans le futur"),
        ({"occurred_on": "2001-01-01"}, "précéder l’ouverture"),
        ({"occurred_on": "hier"}, "date"),
        ({"outcome": ""}, "Choisissez une issue"),
        ({"outcome": "forged"}, "choix valide"),
        ({"jobs_at_stake": "3", "jobs_kept": "4"}, "plus d’emplois préservés"),
        ({"jobs_at_stake": "trois"}, "entier"),
        ({"comment": "x" * 200_000}, "10\u202f000 au plus"),
    ],
)
def test_an_incoherent_ending_says_why_and_keeps_what_was_typed(
    client: InspectingClient, world: World, said: dict[str, str], message: str
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.alice)
    form = {**ENDING, "comment": "mon commentaire", **said}
    answer = client.submit(f"/accompagnements/{case_id}/cloture", form)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in html
    assert form["comment"] in html
    with system() as session:
        assert session.get_one(Case, case_id).is_open


def test_jobs_that_nobody_counted_may_stay_blank(client: InspectingClient, world: World) -> None:
    """As a browser sends them."""
    path = f"/accompagnements/{open_case(world.alice, world.siret_21)}/cloture"
    sign_in_as(client, world.alice)
    assert client.submit(path, {**ENDING, "jobs_at_stake": "", "jobs_kept": " "}).status_code == 303


def test_closing_then_revising(client: InspectingClient, world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.alice)
    path = f"/accompagnements/{case_id}/cloture"
    answer = client.submit(path, {**ENDING, "jobs_at_stake": "40", "jobs_kept": "30"})
    assert answer.status_code == 303
    text = client.page(answer.location).get_text()
    assert "Terminé" in text
    assert "Entreprise stabilisée" in text
    client.submit(path, {**ENDING, "outcome": "cessation"})
    text = client.page(answer.location).get_text()
    assert "Cessation d’activité" in text
    assert "Auparavant" in text


def test_the_form_of_an_outcome_begins_with_the_last_one(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    close_case(world.alice, case_id)
    sign_in_as(client, world.alice)
    page = client.page(f"/accompagnements/{case_id}/cloture")
    chosen = page.find("input", {"name": "outcome", "checked": True})
    assert chosen is not None
    assert chosen["value"] == "stabilisee"


def test_under_watch_is_refused_outside_the_direccte(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.bob, world.siret_21)
    sign_in_as(client, world.bob)
    answer = client.submit(f"/accompagnements/{case_id}/etat", {"state": "sous_surveillance"})
    assert answer.status_code == 422
    assert "réseau Direccte" in answer.get_data(as_text=True)


def test_members_come_and_go(client: InspectingClient, world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.alice)
    path = f"/accompagnements/{case_id}/membres"
    assert client.submit(path, {"agent_id": world.bob, "role": "participant"}).status_code == 303
    page = client.page(path)
    assert "Bob Fictif" in page.get_text()
    leave = page.find("a", {"aria-label": "Retirer Bob Fictif"})
    assert leave is not None
    assert client.submit(str(leave["href"]), {}).status_code == 303
    assert "Retirer Bob Fictif" not in str(client.page(path))
    mine = client.page(path).find("a", {"aria-label": "Retirer Alice Fictif"})
    assert mine is not None
    answer = client.submit(str(mine["href"]), {})
    assert answer.status_code == 422
    assert "dernier référent" in answer.get_data(as_text=True)


@pytest.mark.parametrize("forged", ["999999", "x", ""])
def test_a_forged_member_is_refused(client: InspectingClient, world: World, forged: str) -> None:
    case_id = open_case(world.alice, world.siret_21)
    sign_in_as(client, world.alice)
    path = f"/accompagnements/{case_id}/membres"
    answer = client.submit(path, {"agent_id": forged, "role": "participant"})
    assert answer.status_code == 422
    assert "Choisissez un agent" in answer.get_data(as_text=True)


def test_a_comment_on_a_case_is_read_by_its_network(client: InspectingClient, world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    write_comment(world.alice, world.siren_21, to="crp", body="sur la firme seulement")
    sign_in_as(client, world.alice)
    path = f"/accompagnements/{case_id}/commentaires"
    answer = client.submit(path, {"body": "entre nous", "network_id": network_id("crp")})
    assert answer.status_code == 303
    page = client.page(f"/accompagnements/{case_id}").get_text()
    assert "entre nous" in page
    assert "sur la firme seulement" in page
    sign_in_as(client, world.bob)
    assert "entre nous" not in client.page(f"/accompagnements/{case_id}").get_text()


def test_the_page_of_a_case_shows_its_visits(client: InspectingClient, world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    log_visit(world.alice, world.siret_21, to="crp")
    sign_in_as(client, world.bob)
    text = client.page(f"/accompagnements/{case_id}").get_text()
    assert "Difficulté confirmée" in text
    assert "Adressé à un autre cercle" in text


def test_the_list_follows_its_filters(client: InspectingClient, world: World) -> None:
    open_case(world.alice, world.siret_21)
    close_case(world.bob, open_case(world.bob, world.siret_21_quiet))
    sign_in_as(client, world.alice)
    for query, forges, tissages in (
        ("", True, True),
        ("?reseau=mine", True, False),
        ("?etat=termine", False, True),
        ("?departement=21&criticite=none", True, True),
        ("?etat=forged&reseau=x&departement=75&criticite=%00", True, True),
    ):
        text = client.page(f"/accompagnements{query}").get_text()
        assert ("Forges" in text) is forges, query
        assert ("Tissages" in text) is tissages, query
    sign_in_as(client, world.stranger)
    assert "Aucun accompagnement" in client.page("/accompagnements").get_text()
    sign_out(client)
    assert client.get("/accompagnements").status_code == 401


def test_the_fragment_of_the_list_equals_the_page_s(client: InspectingClient, world: World) -> None:
    open_case(world.alice, world.siret_21)
    sign_in_as(client, world.alice)
    page = client.page("/accompagnements?etat=en_cours").find(id="resultats")
    answer = client.get("/accompagnements?etat=en_cours", headers={"HX-Request": "true"})
    fragment = parsed(answer.get_data(as_text=True)).find(id="resultats")
    assert page is not None
    assert fragment is not None
    assert "Forges fictives de Dijon" in fragment.get_text()
    assert DRAWN.sub("", str(fragment)) == DRAWN.sub("", str(page))
    assert answer.get_data(as_text=True).strip().startswith('<div id="resultats">')


def test_its_page_tells_what_was_written_and_seen_before_it(
    client: InspectingClient, world: World
) -> None:
    """Alice wrote to the partners and called the firm; the case is opened afterwards, and bob joins it."""
    write_comment(world.alice, world.siren_21, to="codefi", body="Vu avant tout accompagnement")
    write_comment(world.alice, world.siren_21, to="crp", body="Entre nous seulement")
    visit_id = log_visit(world.alice, world.siret_21, to="codefi")
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob)
    sign_in_as(client, world.bob)
    page = client.page(f"/accompagnements/{case_id}")
    assert "Vu avant tout accompagnement" in page.get_text()
    assert "Entre nous seulement" not in page.get_text()
    assert page.select_one(f'a[href="/visites/{visit_id}"]') is not None
    assert page.select_one(f'a[href="/entreprises/{world.siren_21}/fil"]') is not None
