"""A référent's telephone: given by themselves, shown on a click that the journal counts; and what comes next, on each room."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Agent
from app.core.journal import Event, JournalEntry
from app.core.now import today
from tests.factories.cases import add_member, open_case
from tests.factories.network import system
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

NUMBER = "01 99 00 12 34"


def give(client: InspectingClient, said: str) -> int:
    return client.submit("/compte/telephone", {"telephone": said}).status_code


@pytest.fixture
def firm(client: InspectingClient, world: World) -> str:
    """A firm that Alice supports, with Carol."""
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.carol)
    sign_in_as(client, world.alice)
    assert give(client, "01.99.00.12.34") == 303
    return f"/entreprises/{world.siren_21}"


def test_a_number_is_shown_by_a_click_that_is_counted(
    client: InspectingClient, world: World, firm: str
) -> None:
    sign_in_as(client, world.carol)
    page = client.page(firm)
    assert NUMBER not in page.get_text()
    link = page.find("a", string="afficher son téléphone")
    assert link is not None
    assert shown(world) == []
    assert NUMBER in client.page(str(link["href"])).get_text()
    assert shown(world) == [(world.carol, world.alice)]


def test_nobody_reads_the_number_of_somebody_elsewhere(
    client: InspectingClient, world: World, firm: str
) -> None:
    sign_in_as(client, world.carol)
    address = str(client.page(firm).find("a", string="afficher son téléphone")["href"])  # type: ignore[index]
    sign_in_as(client, world.stranger)
    assert client.get(address).status_code == 404
    assert "afficher son téléphone" not in client.page(firm).get_text()
    assert shown(world) == []


def test_a_participant_and_whoever_gave_no_number_are_not_called(
    client: InspectingClient, world: World, firm: str
) -> None:
    sign_in_as(client, world.carol)
    assert give(client, "01 99 00 56 78") == 303
    assert client.page(firm).get_text().count("afficher son téléphone") == 1
    sign_in_as(client, world.alice)
    assert give(client, "") == 303
    assert "afficher son téléphone" not in client.page(firm).get_text()


def test_what_is_no_number_is_refused_and_stays_on_the_page(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.alice)
    answer = client.submit("/compte/telephone", {"telephone": "poste 12"})
    assert answer.status_code == 422
    assert "poste 12" in answer.text
    assert "saisissez dix chiffres" in answer.text
    with system() as session:
        assert session.get_one(Agent, world.alice).telephone is None


def test_what_comes_next_is_told_to_whoever_reads_the_note(
    client: InspectingClient, world: World
) -> None:
    firm = f"/entreprises/{world.siren_21}"
    log_visit(
        world.alice, world.siret_21, to="crp", next_step="Rappeler le comptable", next_step_on=today() + timedelta(days=3)
    )  # fmt: skip
    sign_in_as(client, world.carol)
    band = client.page(f"{firm}/donnees").select_one(".vigie-band")
    assert band is not None
    assert "Prochaine échéance" in band.get_text()
    assert "Rappeler le comptable" in band.get_text()
    sign_in_as(client, world.bob)
    assert "Rappeler le comptable" not in client.page(firm).get_text()
    assert "Prochaine échéance" not in client.page(firm).get_text()


def test_a_contact_made_since_answers_what_was_overdue(
    client: InspectingClient, world: World
) -> None:
    firm = f"/entreprises/{world.siren_21}"
    past = {"visited_on": today() - timedelta(days=30), "next_step_on": today() - timedelta(days=2)}
    log_visit(world.alice, world.siret_21, to="crp", next_step="Rappeler", **past)
    sign_in_as(client, world.carol)
    assert "Échéance dépassée" in client.page(firm).get_text()
    log_visit(world.alice, world.siret_21, to="crp")
    assert "Échéance dépassée" not in client.page(firm).get_text()


def shown(world: World) -> list[tuple[int | None, int]]:
    """Who had whose number shown."""
    with system() as session:
        lines = session.scalars(
            select(JournalEntry)
            .where(JournalEntry.event == Event.TELEPHONE_READ.value)
            .order_by(JournalEntry.id)
        )
        return [(line.actor_id, line.details["agent_id"]) for line in lines]
