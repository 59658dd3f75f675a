"""A list as agents use it: whose firms it shows, what it says of its sources, its export, its journal."""

import hashlib
from datetime import date
from io import BytesIO

from python_calamine import CalamineWorkbook

from app.companies.models import Company
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.journal import Event
from tests.factories import companies
from tests.factories.detections import EARLIER, Alerted, entry_of, names_on, publish_list
from tests.factories.people import ALL_NATURES, World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

pytest_plugins = ["tests.factories.region"]

ACTOR = system_identity("tests")


def test_an_agent_sees_the_firms_of_the_zone_only(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice)
    assert names_on(client, "/detections") == ["Forges fictives de Dijon"]
    sign_in_as(client, world.stranger)
    assert names_on(client, "/detections") == ["Ateliers imaginaires de Paris"]


def test_a_list_consulted_is_journaled_with_what_it_showed(
    world: World, listed: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.alice).get("/detections?niveau=elevee")
    (line,) = journaled(Event.DETECTION_LIST_READ)
    assert line.details == {
        "list": listed,
        "filters": {"niveau": ["elevee"]},
        "count": 1,
        "sirens": [world.siren_21],
        "natures": sorted(ALL_NATURES),
    }
    assert line.actor_id == world.alice


def test_the_journal_keeps_of_the_address_what_was_understood(
    world: World, listed: int, client: InspectingClient
) -> None:
    """Not what somebody wrote there: controllers read no agent’s text."""
    sign_in_as(client, world.alice)
    typed = "note=Le dirigeant est malade&niveau=Le dirigeant&dette_min=le dirigeant&tri=dette&sens=le dirigeant"
    client.get(f"/detections?{typed}&niveau=elevee&effectif_min=3")
    client.get(f"/detections/{listed}/export.xlsx?{typed}")
    (seen,), (taken,) = journaled(Event.DETECTION_LIST_READ), journaled(Event.DETECTION_EXPORTED)
    ordered = {"tri": ["dette"], "sens": ["croissant"]}
    assert seen.details["filters"] == {"niveau": ["elevee"], "effectif_min": ["3"], **ordered}
    assert (taken.details["filters"], taken.details["natures"]) == (ordered, sorted(ALL_NATURES))


def test_a_list_says_up_to_when_each_of_its_sources_speaks(
    world: World, listed: int, client: InspectingClient
) -> None:
    with unit_of_work(ACTOR) as session:
        companies.freshness(session, date(2026, 6, 1), debit=date(2026, 4, 1))
    page = sign_in_as(client, world.alice).page("/detections")
    said = " ".join(line.get_text(" ", strip=True) for line in page.select(".vigie-source"))
    assert f"{companies.LABELS['debit']} jusqu’à avr. 2026" in said
    assert f"{companies.LABELS['procol']} jusqu’à juin 2026" in said


def test_before_any_list_the_page_says_so(world: World, client: InspectingClient) -> None:
    page = sign_in_as(client, world.alice).page("/detections")
    assert "Aucune liste n’est encore publiée" in page.get_text()


def test_a_list_not_yet_published_is_invisible(world: World, client: InspectingClient) -> None:
    with unit_of_work(ACTOR) as session:
        firm = Alerted(siren=world.siren_21, department="21")
        hidden = publish_list(session, firm, is_published=False).id
    sign_in_as(client, world.alice)
    assert names_on(client, "/detections") == []
    assert client.get(f"/detections/{hidden}").status_code == 404
    assert client.get(f"/detections/{hidden}/export.xlsx").status_code == 404
    assert (
        client.get(f"/detections/reponses/{entry_of(world.siren_21)}/inexacte").status_code == 404
    )


def test_an_older_list_stays_readable(world: World, listed: int, client: InspectingClient) -> None:
    with unit_of_work(ACTOR) as session:
        older = publish_list(
            session, Alerted(siren=world.siren_21_quiet, department="21"), as_of=EARLIER
        ).id
    sign_in_as(client, world.alice)
    assert names_on(client, "/detections") == ["Forges fictives de Dijon"]
    assert names_on(client, f"/detections/{older}") == ["Tissages paisibles de Beaune"]
    assert client.get("/detections/999999").status_code == 404


def test_the_export_is_text_watermarked_and_journaled(
    world: World, listed: int, client: InspectingClient
) -> None:
    with unit_of_work(ACTOR) as session:
        session.get_one(Company, world.siren_21).name = '=HYPERLINK("http://x","y")'
        companies.freshness(session, date(2026, 6, 1), debit=date(2026, 4, 1))
    response = sign_in_as(client, world.alice).get(
        f"/detections/{listed}/export.xlsx?niveau=elevee"
    )
    assert response.status_code == 200
    book = CalamineWorkbook.from_filelike(BytesIO(response.data))
    cover, rows = (book.get_sheet_by_index(place).to_python() for place in range(2))
    assert "Alice Fictif" in str(cover[0][0])
    assert "Alice Fictif" in str(rows[0][0])
    assert rows[1][:5] == [
        "Siren",
        "Siret du siège",
        "Entreprise",
        "Code NAF",
        "Activité (libellé NAF)",
    ]
    assert [row[:4] for row in rows[2:]] == [
        [world.siren_21, world.siret_21, '=HYPERLINK("http://x","y")', "25.50A"]
    ]
    told = {line[0]: line[1:] for line in cover}
    assert ["Niveau", "Alerte élevée", "", ""] in cover
    assert told["Départements"][0] == "21"
    assert told["Extrait par"][0] == "Alice Fictif"
    # What each figure is: its unit in its name, its source, up to when it speaks, who reads it.
    assert told["Dette sociale (€)"] == ["Débits Urssaf", "avr. 2026", "Données Urssaf"]
    assert told["Pourquoi"][:2] == ["Vigie", "1er novembre 2026"]
    assert {"Ce qui ne peut pas en être fait", "Colonnes"} <= set(told)
    (line,) = journaled(Event.DETECTION_EXPORTED)
    assert line.details["count"] == 1
    assert line.details["filters"] == {"niveau": ["elevee"]}
    assert line.details["sha256"] == hashlib.sha256(response.data).hexdigest()
