"""An accompagnement is watched over, ended, begun again, doubled, handed over; what one administration keeps to itself stays its own."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.accounts.models import Administration, Agent
from app.core.access.identity import Role
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.network import system
from tests.factories.people import VALIDATOR, Grants, World
from tests.support.browsing import enter

FIRM = "Forges fictives de Dijon"
SECRET = "Incidents de paiement en hausse"
#: opens a page for somebody else, on a phone
Opening = Callable[[int, str], Page]


@pytest.fixture
def on_a_phone(browser: Browser, address: str) -> Iterator[Opening]:
    """Other people, each in a browser of their own."""
    with ExitStack() as left:

        def open_page(agent_id: int, path: str) -> Page:
            phone = {"width": 375, "height": 700}
            context = browser.new_context(base_url=address, locale="fr-FR", viewport=phone)  # type: ignore[arg-type]
            left.callback(context.close)
            return enter(context.new_page(), agent_id, path)

        yield open_page


@pytest.fixture
def banker(world: World) -> int:
    """Basile, of the Banque de France in Côte-d’Or: a network of which nobody else of the world is."""
    with system() as session:
        validator = session.scalars(select(Agent).where(Agent.email == VALIDATOR)).one()
        return Grants(session, validator).agent(
            "basile",
            Administration.BANQUE_DE_FRANCE,
            [Role.AGENT],
            zone="21",
            networks=["codefi", "banque_de_france"],
        )


def test_what_the_banque_de_france_keeps_to_itself_no_partner_reads(
    page: Page, on_a_phone: Opening, world: World, banker: int
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, banker)
    path = f"/accompagnements/{case_id}"
    theirs = on_a_phone(banker, path)
    theirs.locator("summary", has_text="Écrire un commentaire").click()
    theirs.get_by_role("radio", name=re.compile("^Banque de France")).check(force=True)
    theirs.get_by_label(re.compile("^Votre commentaire")).fill(SECRET)
    theirs.get_by_role("button", name="Envoyer").click()
    expect(theirs.locator("#liste-commentaires").get_by_text(SECRET)).to_be_visible()
    mine = enter(page, world.alice, path)
    places = [path, f"/entreprises/{world.siren_21}/echanges", "/notifications", "/fil"]
    for place in (*places, f"/recherche?q={SECRET.partition(' ')[0]}"):
        mine.goto(place)
        expect(mine.get_by_role("heading", level=1)).to_be_visible()
        expect(mine.get_by_text(SECRET)).to_have_count(0)
        expect(mine.get_by_text("Basile Fictif a")).to_have_count(0)


def test_a_firm_is_watched_over_without_regular_action(
    page: Page, on_a_phone: Opening, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob)
    enter(page, world.alice, f"/accompagnements/{case_id}")
    page.get_by_role("link", name="Changer l’état").click()
    page.get_by_role("radio", name=re.compile("^Sous surveillance")).check(force=True)
    page.get_by_label("Raison").fill("Fournisseur unique de la filière")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(FIRM)
    expect(page.get_by_text("Sous surveillance").first).to_be_visible()
    page.goto("/accompagnements?etat=sous_surveillance")
    expect(page.get_by_role("link", name=FIRM)).to_have_count(1)
    # Another administration reads that it is watched over, and why, and does not change that.
    theirs = on_a_phone(world.bob, f"/accompagnements/{case_id}")
    expect(theirs.get_by_text("Fournisseur unique de la filière").first).to_be_attached()
    expect(theirs.get_by_role("link", name="Changer l’état")).to_have_count(0)


def test_it_ends_begins_again_and_is_doubled(page: Page, world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    enter(page, world.alice, f"/accompagnements/{case_id}/cloture")
    page.get_by_role("button", name="Terminer l’accompagnement").click()
    expect(page.get_by_text("Choisissez une issue.").first).to_be_visible()
    page.get_by_role("radio", name=re.compile("^Entreprise stabilisée")).check(force=True)
    page.get_by_label("Emplois en jeu").fill("40")
    page.get_by_label("Emplois préservés").fill("38")
    page.get_by_role("button", name="Terminer l’accompagnement").dblclick()
    expect(page.get_by_role("heading", name="Accompagnement terminé")).to_be_visible()
    page.get_by_role("link", name="Rouvrir").click()
    page.get_by_label("Pourquoi l’accompagnement reprend").fill("La dette revient")
    page.get_by_role("button", name="Rouvrir").dblclick()
    expect(page.get_by_text("L’accompagnement reprend.")).to_be_visible()
    close_case(world.alice, case_id)
    page.goto(f"/accompagnements/{case_id}")
    page.get_by_role("link", name="Dupliquer").click()
    page.get_by_role("button", name="Dupliquer").dblclick()
    expect(
        page.get_by_text("L’accompagnement est ouvert avec les mêmes personnes.")
    ).to_be_visible()
    assert not page.url.endswith(f"/{case_id}")
    page.goto(f"/accompagnements?entreprise={world.siren_21}")
    expect(page.get_by_role("link", name=FIRM)).to_have_count(2)


def test_a_portfolio_is_handed_over(page: Page, on_a_phone: Opening, world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    enter(page, world.alice, "/accompagnements/transmission")
    page.get_by_label("À qui").select_option(str(world.carol))
    page.get_by_label("Note").fill("Le dirigeant attend un appel")
    page.get_by_role("button", name="Proposer").dblclick()
    expect(page.get_by_text("Le dirigeant attend un appel")).to_be_visible()
    theirs = on_a_phone(world.carol, "/")
    theirs.get_by_role("link", name=re.compile("1 transmission d’accompagnements")).click()
    theirs.get_by_role("link", name=re.compile("par Alice Fictif")).click()
    theirs.get_by_role("radio", name="Je prends").check(force=True)
    theirs.get_by_role("button", name="Répondre").click()
    expect(theirs.get_by_role("heading", name="Votre réponse")).to_have_count(0)
    page.goto(f"/accompagnements/{case_id}")
    expect(page.get_by_text("Vous avez transmis cet accompagnement")).to_be_visible()
    expect(page.get_by_role("link", name="Changer l’état")).to_have_count(0)
    theirs.goto(f"/accompagnements/{case_id}")
    expect(theirs.get_by_role("link", name="Changer l’état")).to_be_visible()
