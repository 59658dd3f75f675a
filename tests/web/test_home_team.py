"""A manager's home page says what their team is at, as far as they may read; nobody else's does."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from app.cases.models import Case
from app.cases.queries import QUIET
from app.core.now import utcnow
from app.network.models import FeedEvent
from tests.factories.cases import add_member, open_case
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system
from tests.factories.people import World
from tests.factories.visits import log_visit
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as


def team(client: InspectingClient, agent_id: int) -> str:
    """What the home page says of the team."""
    sign_in_as(client, agent_id)
    panel = client.page("/").select_one("#mon-equipe")
    return "" if panel is None else " ".join(panel.get_text(" ").split())


def fall_silent() -> None:
    long_ago = utcnow() - QUIET - timedelta(days=1)
    with system() as session:
        session.execute(update(Case).values(updated_at=long_ago))
        session.execute(update(FeedEvent).values(occurred_at=long_ago))


@pytest.mark.parametrize("person", ["alice", "bob", "stranger"])
def test_whoever_answers_for_nobody_sees_no_team(
    client: InspectingClient, world: World, person: str
) -> None:
    assert team(client, getattr(world, person)) == ""


def test_alerts_without_an_act_are_counted_until_somebody_contacts_the_firm(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        publish_list(
            session,
            Alerted(siren=world.siren_21, department="21"),
            Alerted(siren=world.siren_75, department="75", rank=2),
            as_of=date(2026, 6, 1),
        )
    assert "1 entreprise de la liste en vigueur" in team(client, world.manager)
    log_visit(world.bob, world.siret_21, to="urssaf")
    assert "ont été contactées" in team(client, world.manager)


def test_accompagnements_without_news_are_named_where_the_manager_reads_them(
    client: InspectingClient, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    open_case(world.stranger, world.siret_75)
    assert "Aucun : il s’est passé quelque chose" in team(client, world.manager)
    fall_silent()
    said = team(client, world.manager)
    assert "1 accompagnement où rien ne s’est passé depuis 30 jours" in said
    assert "Forges fictives de Dijon" in said
    assert "Paris" not in said
    assert client.get(f"/accompagnements/{case_id}").status_code == 200
    log_visit(world.bob, world.siret_21, to="urssaf")
    assert "Aucun : il s’est passé quelque chose" in team(client, world.manager)


def test_the_load_of_each_is_that_of_the_zone(client: InspectingClient, world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.carol)
    open_case(world.stranger, world.siret_75)
    sign_in_as(client, world.manager)
    rows = client.page("/").select("#mon-equipe tbody tr")
    read = [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in rows]
    assert [(name.split(",")[0], load, refers) for name, load, refers in read] == [
        ("Alice Fictif", "1", "1"),
        ("Carol Fictif", "1", "0"),
    ]
