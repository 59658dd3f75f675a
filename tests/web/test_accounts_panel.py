"""The annual accounts of a firm: public ones to whoever reads firms, confidential ones under their nature."""

from datetime import date

import pytest
from sqlalchemy import text

from app.companies.models import AnnualAccounts
from app.core.access.identity import Nature
from scoring.vocabulary import Level
from tests.factories.companies import store_figures
from tests.factories.detections import Alerted, names_on, publish_list
from tests.factories.network import system
from tests.factories.people import World, newcomer
from tests.support.client import InspectingClient
from tests.support.firm import sheet
from tests.support.readers import sign_in_as

DEBT = "Dette Urssaf : 3,2 mois de cotisations"
PUBLIC, SECRET = "1\u202f234\u202f000", "7\u202f654\u202f000"


@pytest.fixture
def firm(world: World) -> str:
    """A firm in alert, of public accounts then of confidential ones."""
    with system() as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE))
        for year, revenue, nature in (
            (2024, 1_234_000.0, None),
            (2025, 7_654_000.0, "comptes_confidentiels"),
        ):
            session.add(
                AnnualAccounts(
                    siren=world.siren_21,
                    closed_on=date(year, 12, 31),
                    nature=nature,
                    revenue=revenue,
                )
            )
    return f"/entreprises/{world.siren_21}"


def test_public_accounts_are_read_by_whoever_reads_firms(
    client: InspectingClient, world: World, firm: str
) -> None:
    for agent_id in (world.alice, world.stranger):
        sign_in_as(client, agent_id)
        assert PUBLIC in client.page(f"{firm}/donnees").get_text()


def test_confidential_accounts_need_their_nature_where_the_firm_works(
    client: InspectingClient, world: World, firm: str
) -> None:
    with system() as session:
        holder = newcomer(session, "comptes", natures={"21": [Nature.COMPTES_CONFIDENTIELS]})
        elsewhere = newcomer(session, "ailleurs", natures={"75": [Nature.COMPTES_CONFIDENTIELS]})
        other = newcomer(session, "urssaf", natures={"21": [Nature.URSSAF]})
    for agent_id, is_read in (
        (holder, True),
        (elsewhere, False),
        (other, False),
        (world.stranger, False),
    ):
        sign_in_as(client, agent_id)
        said = sheet(client, firm)
        assert (SECRET in said) is is_read
        # The band says a turnover: never one that the reader may not read.
        assert ("7,7\u202fM€" in said) is is_read


def test_a_firm_without_accounts_says_so(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    panel = client.page(f"/entreprises/{world.siren_21}/donnees").select_one("#comptes")
    assert panel is not None
    assert "non déposés, ou déclarés confidentiels" in panel.get_text()


def test_a_list_says_why_and_the_turnover_as_far_as_it_may_be_read(
    client: InspectingClient, world: World, firm: str
) -> None:
    with system() as session:
        natures = [Nature.SCORE, Nature.URSSAF]
        everything = newcomer(
            session, "tout", natures={"21": [*natures, Nature.COMPTES_CONFIDENTIELS]}
        )
        without = newcomer(session, "sans", natures={"21": natures})
        score = newcomer(session, "score", natures={"21": [Nature.SCORE]})
    expected = {
        everything: (DEBT, "7,7\u202fM€ 2025 · ↗ en hausse"),
        without: (DEBT, "1,2\u202fM€ 2024"),
        score: (None, "1,2\u202fM€ 2024"),
    }
    for agent_id, (why, turnover) in expected.items():
        sign_in_as(client, agent_id)
        (row,) = client.page("/detections").select("#liste-detections tbody tr")
        told = row.select_one("th strong")
        assert (told.get_text() if told else None) == why
        cell = row.select_one('td[data-label="Chiffre d’affaires"]')
        assert cell is not None
        assert cell.get_text(" ", strip=True) == turnover


def test_a_filter_on_the_result_reads_the_accounts_that_the_row_shows(
    client: InspectingClient, world: World, firm: str
) -> None:
    """A loss in the confidential accounts of 2025, none in the public ones of 2024."""
    with system() as session:
        session.execute(
            text("update annual_accounts set ebit = case when nature is null then 5 else -5 end")
        )
        store_figures(session)
        natures = [Nature.SCORE, Nature.COMPTES_CONFIDENTIELS]
        holder = newcomer(session, "comptes", natures={"21": natures})
        without = newcomer(session, "sans", natures={"21": [Nature.SCORE]})
    for agent_id, found in ((holder, 1), (without, 0)):
        sign_in_as(client, agent_id)
        assert len(names_on(client, "/detections?comptes=perte")) == found
