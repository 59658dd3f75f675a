"""The home page in a real browser: an alert is put aside and brought back in place, a comment is answered in place."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import assert_accessible
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import follow, system, write_comment
from tests.factories.people import World
from tests.support.readers import open_session


@pytest.fixture
def home(page: Page, world: World) -> Page:
    """The home page of an agent of the zone: a new alert, and a comment of a colleague."""
    with system() as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21"))
    follow(world.alice, world.siren_21_quiet)
    write_comment(world.carol, world.siren_21_quiet, to="crp", body="Qui les connaît ?")
    page.goto("/aide")
    page.context.add_cookies(
        [{"name": "vigie", "value": open_session(world.alice), "url": page.url}]
    )
    page.goto("/")
    return page


def test_an_alert_is_put_aside_and_brought_back_in_place(home: Page) -> None:
    assert_accessible(home)
    cards = home.locator(".vigie-alerts > li")
    expect(cards).to_have_count(1)
    home.get_by_label("Quand montrer de nouveau").select_option("mois")
    home.get_by_role("button", name="Plus tard").click()
    expect(cards).to_have_count(0)
    expect(home.locator(".vigie-done")).to_be_focused()
    assert_accessible(home)
    home.get_by_role("button", name="Annuler").click()
    expect(cards).to_have_count(1)


def test_a_comment_is_answered_in_place(home: Page) -> None:
    home.get_by_role("link", name="Répondre").click()
    box = home.get_by_label("Votre réponse")
    expect(box).to_be_focused()
    assert_accessible(home)
    home.get_by_role("button", name="Répondre").click()
    expect(home.get_by_role("alert")).to_contain_text("Écrivez votre réponse")
    box.fill("Moi, je les appelle.")
    home.get_by_role("button", name="Répondre").click()
    expect(home.get_by_text("Réponse envoyée")).to_be_visible()
    expect(home.get_by_text("Moi, je les appelle.")).to_be_visible()
