"""A list asked until the last day of the calendar is a list; a firm reads the days of Paris."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from app.referrals.needs.models import FirmNeed, NeedState, Solicitation
from tests.factories.guichet import ask, links_sent
from tests.factories.needs import plant_experts
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("bob", "/orientations?depuis=0001-01-01&jusqu_au=9999-12-31"),
        ("team", "/orientations/qualite?since=0001-01-01&until=9999-12-31"),
        ("controller", "/journal?du=0001-01-01&au=9999-12-31"),
    ],
)
def test_a_list_goes_from_the_first_day_to_the_last(
    client: InspectingClient, world: World, who: str, path: str
) -> None:
    client.sign_in(getattr(world, who)).page(path)


def test_a_firm_reads_the_day_of_paris(client: InspectingClient, world: World) -> None:
    plant_experts(world)
    ask(client)
    night = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    withdrawn = {"state": NeedState.WITHDRAWN, "withdrawn_at": night, "withdrawn_by": "entreprise"}
    with system() as session:
        session.execute(update(Solicitation).values(created_at=night))
        session.execute(update(FirmNeed).values(**withdrawn))
    page = client.get(f"/guichet/suivi/{links_sent()[-1]}").text
    assert "01/07/2026" in page
    assert "retiré ce besoin le 1er juillet 2026" in page
