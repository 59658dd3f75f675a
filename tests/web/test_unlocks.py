"""« Pourquoi je vois cette entreprise », and asking to see what is closed, as each kind of reader meets them."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.audit.reading.watching import OPENED, list_heavy_readers
from app.core.journal import Event
from app.core.now import at, today, utcnow
from app.habilitations.models import Habilitation
from tests.factories import companies
from tests.factories.cases import open_case
from tests.factories.network import system
from tests.factories.people import ALL_NATURES, World
from tests.factories.unlocks import MOTIVE, unlock
from tests.support.client import InspectingClient
from tests.support.firm import sheet
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

ASK = "Demander à voir les données confidentielles"
DEBT = "5\u202f678"


@pytest.fixture
def quiet(world: World) -> str:
    """The page of a firm of Côte-d’Or never in alert, that owes something."""
    with system() as session:
        companies.freshness(session)
        companies.series(session, world.siret_21_quiet, "dette_patronale", [5678.0])
        companies.payment_plan(session, world.siret_21_quiet)
    return f"/entreprises/{world.siren_21_quiet}"


def text_of(client: InspectingClient, path: str) -> str:
    """The text of a page; of a firm, that of all its rooms."""
    if path.startswith("/entreprises/"):
        return sheet(client, path)
    return client.page(path).get_text(" ", strip=True)


def test_from_the_page_to_the_form_to_the_figures(
    client: InspectingClient, world: World, quiet: str
) -> None:
    sign_in_as(client, world.alice)
    page = client.page(f"{quiet}/identite")
    links = {link["href"] for link in page.find_all("a", string=lambda s: s and s.strip() == ASK)}
    assert links == {f"{quiet}/deverrouillage"}
    assert DEBT not in text_of(client, quiet)
    answer = client.submit(f"{quiet}/deverrouillage", {"source": "externe", "motive": MOTIVE})
    assert (answer.status_code, answer.location) == (303, quiet)
    shown = text_of(client, quiet)
    for said in (DEBT, "12\u202f000", "Les données vous sont ouvertes jusqu’au", MOTIVE):
        assert said in shown, said
    assert ASK not in shown
    for colleague in (world.carol, world.bob):
        sign_in_as(client, colleague)
        assert DEBT not in text_of(client, quiet)
        assert MOTIVE not in text_of(client, quiet)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"motive": MOTIVE}, "Choisissez la source."),
        ({"source": "interne"}, "Dites en quelques mots"),
        ({"source": "interne", "motive": "pour voir"}, "Dites en quelques mots"),
        ({"source": "inventée", "motive": MOTIVE}, "source"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    client: InspectingClient, world: World, quiet: str, said: dict[str, str], message: str
) -> None:
    sign_in_as(client, world.alice)
    answer = client.submit(f"{quiet}/deverrouillage", said)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page
    assert said.get("motive", "") in page
    assert DEBT not in text_of(client, quiet)


def test_each_reader_before_the_form(client: InspectingClient, world: World, quiet: str) -> None:
    path = f"{quiet}/deverrouillage"
    readers = (world.alice, world.bob, world.stranger, world.admin)
    seen = [sign_in_as(client, reader).get(path).status_code for reader in readers]
    sign_out(client)
    assert [*seen, client.get(path).status_code] == [200, 200, 403, 403, 401]
    sign_in_as(client, world.stranger)
    refusal = text_of_refusal(client, path)
    assert "Demandez à un référent de son département de vous inviter" in refusal
    assert ASK not in text_of(client, quiet)


def text_of_refusal(client: InspectingClient, path: str) -> str:
    return client.page(path, status=403).get_text(" ", strip=True)


def test_a_firm_already_open_is_not_unlocked(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.alice)
    path = f"/entreprises/{world.siren_21}"
    assert ASK not in text_of(client, path)
    answer = client.submit(f"{path}/deverrouillage", {"source": "interne", "motive": MOTIVE})
    assert answer.status_code == 422
    assert "ne vous ouvrirait rien" in answer.get_data(as_text=True)


def test_after_thirty_days_the_data_are_closed_again(
    client: InspectingClient, world: World, quiet: str
) -> None:
    unlock(world.alice, world.siren_21_quiet)
    sign_in_as(client, world.alice)
    assert DEBT in text_of(client, quiet)
    with at(utcnow() + timedelta(days=30, minutes=1)):
        sign_in_as(client, world.alice)
        shown = text_of(client, quiet)
        assert DEBT not in shown
        assert ASK in shown
        assert "Terminé" in text_of(client, "/deverrouillages")


@pytest.mark.parametrize("way", ["unlock", "case"])
def test_what_opens_between_two_readings_is_journaled_with_the_second(
    client: InspectingClient, world: World, quiet: str, way: str
) -> None:
    """The controllers count confidential readings: the plain one of a minute ago must not hide this one."""
    sign_in_as(client, world.alice)
    client.page(quiet)
    if way == "unlock":
        unlock(world.alice, world.siren_21_quiet)
    else:
        open_case(world.alice, world.siret_21_quiet)
    for _ in range(2):
        assert DEBT in text_of(client, quiet)
    first, second = (line.details for line in journaled(Event.COMPANY_READ))
    assert (first["confidential"], first["natures"]) == (False, [])
    assert (second["confidential"], second["natures"]) == (True, sorted(ALL_NATURES))
    with system() as session:
        (reader,) = list_heavy_readers(session, OPENED, day=today(), above=0)
    assert (reader.agent_id, reader.firms) == (world.alice, 1)


def test_a_nature_more_is_another_reading_a_nature_less_is_not(
    client: InspectingClient, world: World, quiet: str
) -> None:
    unlock(world.alice, world.siren_21_quiet)
    for held in (["score"], ["score", "urssaf"], ["urssaf"]):
        with system() as session:
            theirs = update(Habilitation).where(Habilitation.agent_id == world.alice)
            session.execute(theirs.values(natures=held))
        sign_in_as(client, world.alice)
        client.page(quiet)
    shown = [line.details["natures"] for line in journaled(Event.COMPANY_READ)]
    assert shown == [["score"], ["score", "urssaf"]]


def test_its_author_ends_it(client: InspectingClient, world: World, quiet: str) -> None:
    number = unlock(world.alice, world.siren_21_quiet)
    path = f"/deverrouillages/{number}/fin"
    seen = []
    for reader in (world.manager, world.carol, world.bob, world.stranger, world.admin):
        seen.append(sign_in_as(client, reader).get(path).status_code)
    # The manager sees it and may not end it; for the others it does not exist.
    assert seen == [403, 404, 404, 404, 403]
    sign_out(client)
    assert client.get(path).status_code == 401
    sign_in_as(client, world.alice)
    assert MOTIVE in text_of(client, "/deverrouillages")
    assert client.submit(path, {}).status_code == 303
    assert DEBT not in text_of(client, quiet)
    assert client.get(path).status_code == 403


def test_the_manager_reads_who_unlocked_what_and_why(
    client: InspectingClient, world: World, quiet: str
) -> None:
    unlock(world.alice, world.siren_21_quiet)
    unlock(world.bob, world.siren_21_quiet, motive="Une autre raison, celle de l’Urssaf")
    page = "/deverrouillages/reseau"
    readers = (world.manager, world.alice, world.stranger, world.admin)
    seen = [sign_in_as(client, reader).get(page).status_code for reader in readers]
    assert seen == [200, 403, 403, 403]
    sign_in_as(client, world.manager)
    for path in (page, quiet):
        shown = text_of(client, path)
        assert "Alice Fictif" in shown
        assert MOTIVE in shown
        assert "celle de l’Urssaf" not in shown
    assert client.page("/").find("a", {"href": page}) is not None


def test_the_panel_says_why_to_each_reader(
    client: InspectingClient, world: World, quiet: str
) -> None:
    firm = f"/entreprises/{world.siren_21}"
    sign_in_as(client, world.alice)
    mine = client.page(f"{firm}/identite").select_one("#pourquoi-je-vois")
    assert mine is not None
    assert "Elle a un établissement dans votre zone" in mine.get_text()
    assert "Elle a été en alerte :" in mine.get_text()
    sign_in_as(client, world.stranger)
    for path in (f"{firm}/identite", f"/etablissements/{world.siret_21}"):
        panel = client.page(path).select_one("#pourquoi-je-vois")
        assert panel is not None
        theirs = panel.get_text(" ", strip=True)
        assert "journalisée comme hors zone" in theirs
        # That the firm was in alert is itself confidential.
        assert "en alerte" not in theirs
        assert theirs.count("Non habilité") == 1
        assert "Lues" not in theirs
