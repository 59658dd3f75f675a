"""« État du service », as administrators read it, and nobody else."""

from datetime import timedelta

import pytest

from app.core.now import utcnow
from app.operations.watch.models import WatchedThing, WatchStanding
from app.operations.watch.rules import WATCHED
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient

PAGE = "/etat-du-service"


@pytest.mark.parametrize("person", ["alice", "manager", "scientist", "controller", "correspondent"])
def test_administrators_alone_read_it(world: World, client: InspectingClient, person: str) -> None:
    client.sign_in(getattr(world, person))
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/compte").get_data(as_text=True)


def test_nobody_reads_it_without_signing_in(world: World, client: InspectingClient) -> None:
    assert client.get(PAGE).status_code == 401


def test_each_thing_is_there_with_its_state_and_what_to_do(
    world: World, client: InspectingClient
) -> None:
    page = client.sign_in(world.admin).page(PAGE)
    text = page.get_text()
    assert "Personne ne serait prévenu" in text
    assert "Horloge : en échec" in text
    assert "Relancez le service vigie-clock" in text
    said = [row.get_text() for row in page.select("table tbody th")]
    assert sorted(said) == sorted(watched.label for watched in WATCHED)
    assert page.select(f'nav a[href="{PAGE}"][aria-current]')


def test_since_when_is_what_the_last_look_kept(world: World, client: InspectingClient) -> None:
    now = utcnow()
    thing = WatchedThing(
        code="clock", standing=WatchStanding.FAILING, since=now - timedelta(days=400), looked_at=now
    )
    with system() as session:
        session.add(thing)
    page = client.sign_in(world.admin).page(PAGE)
    row = next(row for row in page.select("tbody tr") if "Horloge" in row.get_text())
    assert str((now - timedelta(days=400)).year) in row.get_text()
    assert "Personne ne serait prévenu" not in page.get_text()
