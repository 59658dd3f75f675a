"""The figures of a firm before its sector, what happened on their axis, and the sheet that is printed: each for whoever may read it."""

import pytest
from sqlalchemy import select

from app.core.access.identity import Nature
from app.core.journal import Event, JournalEntry
from tests.factories import companies, typical
from tests.factories.confidences import Confidences
from tests.factories.network import system
from tests.factories.people import newcomer
from tests.support.client import InspectingClient
from tests.support.documents import Tag
from tests.support.readers import sign_in_as


@pytest.fixture
def firm(confidences: Confidences) -> str:
    typical.enrich(confidences)
    with system() as session:
        companies.procedure_event(
            session,
            confidences.world.siren_21,
            effective_on=typical.FIRST_MONTH,
            label="Ouverture_sauvegarde",
        )
    return f"/entreprises/{confidences.world.siren_21}"


def marks(page: Tag) -> set[str]:
    return {str(mark["data-mark"]) for mark in page.select("#courbe-dettes [data-mark]")}


def references(page: Tag) -> set[str]:
    """The charts that show the median of the sector."""
    return {
        str(figure["id"])
        for figure in page.select("figure.vigie-chart")
        if figure.select("th[data-reference]")
    }


def test_what_happened_is_on_the_axis_of_the_debt_as_far_as_the_reader_knows(
    client: InspectingClient, confidences: Confidences, firm: str
) -> None:
    sign_in_as(client, confidences.world.alice)
    assert marks(client.page(f"{firm}/donnees")) == {"C", "D", "P"}
    with system() as session:
        urssaf = newcomer(session, "urssaf", natures={"21": [Nature.URSSAF]})
    sign_in_as(client, urssaf)
    page = client.page(f"{firm}/donnees")
    assert "Alerte" not in page.select_one("#courbe-dettes").get_text()  # type: ignore[union-attr]
    sign_in_as(client, confidences.world.stranger)
    page = client.page(f"{firm}/donnees")
    # Without the debt, there is no axis: nothing of it is told.
    assert page.select("#courbe-dettes") == []


def test_an_alert_is_marked_to_whoever_reads_the_score_alone(
    client: InspectingClient, confidences: Confidences, firm: str
) -> None:
    with system() as session:
        session.execute(typical.shift_list_into_the_window())
        urssaf = newcomer(session, "urssaf", natures={"21": [Nature.URSSAF]})
    sign_in_as(client, confidences.world.alice)
    assert "A" in marks(client.page(f"{firm}/donnees"))
    sign_in_as(client, urssaf)
    assert "A" not in marks(client.page(f"{firm}/donnees"))


def test_the_median_of_a_sector_is_read_under_the_nature_of_its_series(
    client: InspectingClient, confidences: Confidences, firm: str
) -> None:
    with system() as session:
        short_time = newcomer(session, "ap", natures={"21": [Nature.ACTIVITE_PARTIELLE]})
    sign_in_as(client, short_time)
    assert references(client.page(f"{firm}/donnees")) == {"courbe-effectif", "courbe-ap_consommee"}
    sign_in_as(client, confidences.world.stranger)
    assert references(client.page(f"{firm}/donnees")) == {"courbe-effectif"}


def test_the_ratios_stand_before_those_of_the_sector(
    client: InspectingClient, confidences: Confidences, firm: str
) -> None:
    sign_in_as(client, confidences.world.stranger)
    table = client.page(f"{firm}/donnees").select_one("#ratios table")
    assert table is not None
    assert len(table.select("tbody tr")) == 16
    assert "parmi les 10 % les plus bas" in table.get_text()
    with system() as session:
        session.execute(typical.make_accounts_confidential())
    page = client.page(f"{firm}/donnees")
    assert page.select("#ratios table") == []


def test_the_sheet_says_what_its_reader_may_read_and_is_journaled(
    client: InspectingClient, confidences: Confidences, firm: str
) -> None:
    sign_in_as(client, confidences.world.alice)
    mine = client.page(f"{firm}/fiche-de-visite").get_text(" ", strip=True)
    for said in (
        "Rencontre du dirigeant",
        "Confidence-de-contexte",
        "Dette Urssaf",
        "Questions à poser",
    ):
        assert said in mine, said
    sign_in_as(client, confidences.world.stranger)
    theirs = client.page(f"{firm}/fiche-de-visite").get_text(" ", strip=True)
    for said in ("Rencontre du dirigeant", "Confidence", "Dette Urssaf"):
        assert said not in theirs, said
    with system() as session:
        opened = session.scalars(
            select(JournalEntry.actor_id).where(JournalEntry.event == Event.SHEET_OPENED.value)
        ).all()
    assert set(opened) == {confidences.world.alice, confidences.world.stranger}
