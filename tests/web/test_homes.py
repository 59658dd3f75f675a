"""Everybody has a home page: what waits for them, each line leading to where it is done."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from app.cases.models import Case
from app.cases.queries import QUIET
from app.core.now import today, utcnow
from app.core.text.french import date_fr
from app.core.web import drafts
from app.imports.models import Batch, BatchState
from app.network.models import FeedEvent
from app.portal.home.pages import MY_CASES
from scoring.vocabulary import CheckLevel
from tests.factories import companies
from tests.factories.cases import open_case
from tests.factories.deadlines import plan
from tests.factories.detections import Alerted, publish_list
from tests.factories.habilitations import ask, second_correspondent
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as


def waiting(client: InspectingClient, agent_id: int) -> dict[str, str]:
    """What the home page says is to be done, and where."""
    sign_in_as(client, agent_id)
    links = client.page("/").select("#a-faire li a")
    return {link.get_text(strip=True): str(link["href"]) for link in links}


def alerts(client: InspectingClient) -> tuple[str, list[str]]:
    """What the home page says of new alerts, and each of those it names."""
    panel = client.page("/").select_one("#nouvelles-alertes")
    assert panel is not None
    said = panel.select_one("p")
    named = [
        " ".join(part.get_text(" ", strip=True) for part in line.find_all("p"))
        for line in panel.select("li")
    ]
    return said.get_text(" ", strip=True) if said else "", named


@pytest.mark.parametrize(
    ("person", "page"),
    [
        ("admin", "/donnees"), ("scientist", "/modele"), ("controller", "/journal"), ("correspondent", "/habilitations"),
    ],
)  # fmt: skip
def test_whoever_reads_no_firm_has_a_home_that_leads_to_their_pages(
    client: InspectingClient, world: World, person: str, page: str
) -> None:
    sign_in_as(client, getattr(world, person))
    home = client.page("/")
    pages = [link["href"] for link in home.select("#vos-pages a")]
    assert page in pages
    for address in pages:
        assert client.get(str(address)).status_code == 200, address
    assert home.select_one("#recherche-q") is None
    assert "Rien n’attend de vous" in home.get_text()
    answer = client.get("/bienvenue")
    assert (answer.status_code, answer.location) == (303, "/")


def test_the_search_box_is_shown_to_whoever_may_search(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    assert client.page("/").select_one("#recherche-q") is not None


def test_an_alert_waits_until_somebody_contacts_the_firm(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        publish_list(
            session, Alerted(siren=world.siren_21, department="21"), as_of=date(2026, 6, 1)
        )
    label = "1 entreprise en nouvelle alerte, sans contact ni réponse"
    found = waiting(client, world.alice)
    assert list(found) == [label]
    assert "Forges fictives de Dijon" in client.page(found[label]).get_text()
    assert alerts(client) == (
        "1 nouvelle alerte dans la liste du 1er juin 2026.",
        [
            "Forges fictives de Dijon Ville fictive (21) Alerte modérée 1re alerte Dette Urssaf : 3,2 mois de cotisations"
        ],
    )
    assert waiting(client, world.stranger) == {}
    log_visit(world.bob, world.siret_21, to="urssaf")
    assert waiting(client, world.alice) == {}
    assert alerts(client) == (
        "1 nouvelle alerte dans la liste du 1er juin 2026, toutes contactées, répondues ou mises de côté.",
        [],
    )
    assert "Forges fictives" not in client.page(found[label]).get_text()


def test_an_accompagnement_where_nothing_happens_waits_for_its_members(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    assert waiting(client, world.alice) == {}
    long_ago = utcnow() - QUIET - timedelta(days=1)
    with system() as session:
        session.execute(update(Case).values(updated_at=long_ago))
        session.execute(update(FeedEvent).values(occurred_at=long_ago))
    (label,) = waiting(client, world.alice).items()
    assert label == (
        "Forges fictives de Dijon : rien de nouveau depuis 30 jours dans votre accompagnement",
        f"/accompagnements/{case_id}",
    )
    assert waiting(client, world.carol) == {}
    log_visit(world.bob, world.siret_21, to="urssaf")
    assert waiting(client, world.alice) == {}


def test_a_quiet_accompagnement_waits_however_many_opened_since(
    client: InspectingClient, world: World
) -> None:
    oldest = open_case(world.alice, world.siret_21)
    long_ago = utcnow() - QUIET - timedelta(days=1)
    with system() as session:
        session.execute(update(Case).values(updated_at=long_ago))
        session.execute(update(FeedEvent).values(occurred_at=long_ago))
    more = [f"{world.siren_21_quiet}{number:05d}" for number in range(10, 10 + MY_CASES)]
    with system() as session:
        for siret in more:
            companies.establishment(session, siret)
    for siret in more:
        open_case(world.alice, siret)
    assert list(waiting(client, world.alice).values()) == [f"/accompagnements/{oldest}"]


def test_a_step_waits_for_whoever_planned_it_until_they_contact_the_firm_again(
    client: InspectingClient, world: World
) -> None:
    before = today() - timedelta(days=10)
    lines = []
    for days in (-1, 8, 3):
        day = today() + timedelta(days=days)
        step = {"next_step": f"Acte à {days} jours", "next_step_on": day}
        log_visit(world.alice, world.siret_21, to="crp", visited_on=before, **step)
        lines.append(f"Forges fictives de Dijon, échéance du {date_fr(day)} : Acte à {days} jours")
        expected = {-1: lines[:1], 8: [], 3: lines[2:]}[days]
        assert list(waiting(client, world.alice)) == expected
        assert waiting(client, world.carol) == {}
    log_visit(world.carol, world.siret_21, to="crp")
    assert list(waiting(client, world.alice)) == lines[2:], (
        "what a colleague did is not what was promised"
    )


def test_more_than_a_few_steps_have_their_page(client: InspectingClient, world: World) -> None:
    numbers = [plan(world.alice, world.siren_21, to="crp", what=f"Acte {n}") for n in range(6)]
    expected = [f"/echeances/{number}" for number in numbers[:5]] + ["/echeances"]
    assert list(waiting(client, world.alice).values()) == expected
    assert len(client.page("/echeances").select("tbody tr")) == 6


def test_a_draft_waits_for_its_author_alone(client: InspectingClient, world: World) -> None:
    path = f"/entreprises/{world.siren_21}/commentaires"
    with working_as(world.carol) as (session, who):
        drafts.save(session, who, form_path=path, fields={"body": ["pas encore dit"]})
    assert list(waiting(client, world.carol).values()) == [path]
    assert waiting(client, world.alice) == {}


def test_a_request_and_a_batch_wait_for_whoever_decides(
    client: InspectingClient, world: World
) -> None:
    ask(second_correspondent(world), world.carol)
    with system() as session:
        session.add(
            Batch(id="lot-7", state=BatchState.WAITING, origin="test", level=CheckLevel.RED)
        )
    assert waiting(client, world.correspondent) == {
        "1 demande d’habilitation à examiner": "/habilitations/demandes"
    }
    assert "/donnees/lots/lot-7" in waiting(client, world.admin).values()
    assert waiting(client, world.controller) == {}
