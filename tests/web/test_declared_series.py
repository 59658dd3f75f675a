"""The series that partners declare, on the page of the firm: each for those who hold its nature there."""

from datetime import date

import pytest

from app.companies.models import CompanySeries, SourceFreshness
from app.core.access.identity import Nature
from tests.factories import companies
from tests.factories.network import system
from tests.factories.people import World, newcomer
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

LOANS = "125\u202f000"


@pytest.fixture
def loans(world: World) -> str:
    """The page of a firm in alert whose bank outstanding is known."""
    with system() as session:
        companies.freshness(session)
        session.add(
            SourceFreshness(
                source="encours_bancaires", label="Encours bancaires", month=date(2026, 6, 1), batch_id="lot",
                unit="euros",
            )
        )  # fmt: skip
        session.add(
            CompanySeries(
                siret=world.siret_21, code="encours_bancaires", siren=world.siren_21, department="21",
                nature="banque_de_france", first_month=date(2026, 1, 1), values=[125_000.0, None],
            )
        )  # fmt: skip
    return f"/entreprises/{world.siren_21}/donnees"


def test_it_is_drawn_and_tabled_with_its_unit_and_its_freshness(
    client: InspectingClient, world: World, loans: str
) -> None:
    sign_in_as(client, world.alice)
    panel = client.page(loans).find(id="indicateurs")
    assert panel is not None
    said = panel.get_text(" ", strip=True)
    for expected in ("Encours bancaires", "€", LOANS, "juin 2026"):
        assert expected in said, expected


@pytest.mark.parametrize("natures", [["urssaf"], ["score", "urssaf", "activite_partielle"]])
def test_whoever_lacks_its_nature_reads_why_and_no_figure(
    client: InspectingClient, loans: str, natures: list[str]
) -> None:
    with system() as session:
        agent_id = newcomer(session, "emile", natures={"21": [Nature(name) for name in natures]})
    sign_in_as(client, agent_id)
    page = client.page(loans)
    assert LOANS not in page.get_text()
    assert "125000" not in str(page)
    panel = page.find(id="indicateurs")
    assert panel is not None
    assert "Banque de France" in panel.get_text()
    assert "Encours" not in panel.get_text()


def test_somebody_of_another_zone_reads_nothing_of_it(
    client: InspectingClient, world: World, loans: str
) -> None:
    sign_in_as(client, world.stranger)
    page = client.page(loans)
    assert LOANS not in page.get_text()
    assert "Encours bancaires" not in page.get_text()
