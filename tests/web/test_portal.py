"""The home page and the pages of a firm and of an establishment, as each kind of reader sees them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Administration, Agent
from app.core.access.identity import Nature, Role
from app.core.journal import Event
from app.habilitations.models import Habilitation
from tests.factories.confidences import Confidences
from tests.factories.network import system
from tests.factories.people import Grants, World
from tests.support.client import InspectingClient
from tests.support.documents import Tag
from tests.support.firm import ROOMS, sheet
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

FIRM, QUIET = "Forges fictives de Dijon", "Tissages paisibles de Beaune"
DEBT = "5\u202f678"
#: a sentence of the explanation
REASON = "3,2 mois de cotisations"


def main(page: Tag) -> str:
    """The text of a page, its menus apart."""
    found = page.find("main")
    assert found is not None
    return found.get_text(" ", strip=True)


def agent_with(*natures: Nature) -> int:
    """One more agent of Côte-d’Or, with these natures only."""
    with system() as session:
        first = select(Habilitation.validated_by).limit(1)
        validator = session.get_one(Agent, session.scalars(first).one())
        grants = Grants(session, validator)
        return grants.agent(
            "restreinte", Administration.DGFIP, [Role.AGENT], zone="21", networks=["dgfip"],
            natures=[nature.value for nature in natures],
        )  # fmt: skip


def test_the_home_page_says_what_is_new_for_me(
    client: InspectingClient, confidences: Confidences
) -> None:
    world = confidences.world
    sign_in_as(client, world.alice)
    mine = main(client.page("/"))
    assert "1 nouvelle alerte" in mine
    assert FIRM in mine
    sign_in_as(client, world.stranger)
    theirs = main(client.page("/"))
    assert "Aucune nouvelle alerte" in theirs
    assert "Vous ne participez à aucun accompagnement" in theirs
    assert "Rien de nouveau" in theirs
    sign_out(client)
    assert client.get("/").status_code == 401


def test_the_zone_reads_the_full_page_and_each_network_its_texts(
    client: InspectingClient, confidences: Confidences
) -> None:
    world = confidences.world
    firm = f"/entreprises/{world.siren_21}"
    for agent, reads_direccte in ((world.alice, True), (world.carol, True), (world.bob, False)):
        sign_in_as(client, agent)
        text = sheet(client, firm)
        for shown in (
            FIRM,
            DEBT,
            "40\xa0%",
            "Confidence-signalée",
            "Confidence-Codefi",
            "Alice Fictif",
        ):
            assert shown in text, shown
        assert ("Confidence-Direccte" in text) is reads_direccte


def test_a_stranger_reads_the_public_identity_and_nothing_else(
    client: InspectingClient, confidences: Confidences
) -> None:
    world = confidences.world
    sign_in_as(client, world.stranger)
    place = main(client.page(f"/etablissements/{world.siret_21}"))
    for text in (sheet(client, f"/entreprises/{world.siren_21}"), place):
        assert FIRM in text
        assert "hors de votre zone" in text
        assert "Hors de ma zone" in text
        for hidden in (DEBT, "40\xa0%", "Confidence", "Visite du", "Ouvert le", "Référents"):
            assert hidden not in text, hidden
        # Nothing is known here: it would be false to say that nothing was found.
        assert "Pas d’alerte" not in text


def test_without_the_nature_the_sheet_says_so(
    client: InspectingClient, confidences: Confidences
) -> None:
    sign_in_as(client, agent_with(Nature.SCORE))
    text = sheet(client, f"/entreprises/{confidences.world.siren_21}")
    assert "Urssaf (cotisations, dettes, délais) : votre habilitation ne comprend pas" in text
    assert "non habilité" in text.lower()
    assert DEBT not in text
    assert "Dette Urssaf" not in text
    assert "40\xa0%" in text


def test_without_the_score_the_sheet_shows_no_alert(
    client: InspectingClient, confidences: Confidences
) -> None:
    sign_in_as(client, agent_with(Nature.URSSAF))
    text = sheet(client, f"/entreprises/{confidences.world.siren_21}")
    assert "ne vous ouvre pas le score et les alertes" in text
    assert "40\xa0%" not in text
    assert REASON not in text
    assert DEBT in text


def test_nobody_else_opens_a_sheet(client: InspectingClient, confidences: Confidences) -> None:
    world = confidences.world
    rooms = [f"/entreprises/{world.siren_21}{room}" for room in ROOMS]
    for path in (*rooms, f"/etablissements/{world.siret_21}"):
        for person in (world.admin, world.scientist, world.controller):
            sign_in_as(client, person)
            assert client.get(path).status_code == 403
        sign_out(client)
        refused = client.get(path)
        assert refused.status_code == 401
        assert FIRM not in refused.get_data(as_text=True)


def test_an_expired_habilitation_opens_nothing(client: InspectingClient, world: World) -> None:
    with system() as session:
        for right in session.query(Habilitation).filter_by(agent_id=world.alice):
            right.starts_on -= timedelta(days=30)
            right.ends_on = right.starts_on + timedelta(days=10)
    sign_in_as(client, world.alice)
    for path in ("/", f"/entreprises/{world.siren_21}", "/detections", "/recherche?q=forges"):
        assert client.get(path).status_code == 403, path


@pytest.mark.parametrize(
    "path",
    [
        "/entreprises/999999999", "/entreprises/10000000", "/entreprises/abc", "/entreprises/1000000090",
        "/etablissements/1000000090000", "/etablissements/99999999999999", "/etablissements/10000000900008 ",
    ],
)  # fmt: skip
def test_an_unknown_number_is_a_page_that_says_so(
    client: InspectingClient, world: World, path: str
) -> None:
    sign_in_as(client, world.alice)
    assert "Page introuvable" in client.page(path, status=404).get_text()


def test_a_reading_is_journaled_once_per_half_hour_in_and_out_of_zone(
    client: InspectingClient, confidences: Confidences
) -> None:
    world, firm = confidences.world, f"/entreprises/{confidences.world.siren_21}"
    for agent in (world.alice, world.alice, world.stranger):
        sign_in_as(client, agent)
        for room in ROOMS:
            client.get(f"{firm}{room}")
    lines = journaled(Event.COMPANY_READ)
    assert [(line.actor_id, line.siren, line.details["in_zone"]) for line in lines] == [
        (world.alice, world.siren_21, True),
        (world.stranger, world.siren_21, False),
    ]
    assert [line.details["reason"] for line in lines] == ["zone", "hors_zone"]


@pytest.mark.parametrize(
    "path",
    [
        *(f"/entreprises/{{siren}}{room}" for room in ROOMS), "/entreprises/{siren}/fil", "/entreprises/{siren}/commentaires",
        "/etablissements/{siret}", "/accompagnements/{case_id}", "/accompagnements/{case_id}/commentaires",
        "/visites/{visit_id}", "/detections/reponses/{entry_id}/inexacte",
    ],
)  # fmt: skip
def test_every_page_about_a_firm_leaves_its_trace(
    client: InspectingClient, confidences: Confidences, path: str
) -> None:
    """Whoever never opens the sheet itself reads the same secrets on these pages."""
    world = confidences.world
    sign_in_as(client, world.carol)
    assert client.get(path.format(**confidences.arguments)).status_code == 200
    assert [(line.actor_id, line.siren) for line in journaled(Event.COMPANY_READ)] == [
        (world.carol, world.siren_21)
    ]


def test_a_page_refused_or_not_found_is_not_a_reading(
    client: InspectingClient, confidences: Confidences
) -> None:
    case_id = confidences.arguments["case_id"]
    sign_in_as(client, confidences.world.stranger)
    assert client.get(f"/accompagnements/{case_id}").status_code == 404
    assert client.get(f"/entreprises/{confidences.world.siren_21}/commentaires").status_code == 403
    assert journaled(Event.COMPANY_READ) == []


def test_the_list_of_cases_is_journaled_with_its_filters_and_its_count(
    client: InspectingClient, confidences: Confidences
) -> None:
    sign_in_as(client, confidences.world.alice)
    client.get("/accompagnements?etat=en_cours")
    (line,) = journaled(Event.CASE_LIST_READ)
    assert line.details["filters"]["etat"] == "en_cours"
    assert line.details["count"] == 1
