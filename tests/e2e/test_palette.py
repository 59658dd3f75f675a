"""The palette from the keyboard alone, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import assert_accessible
from tests.factories.people import World
from tests.support.readers import open_session


@pytest.fixture
def home(page: Page, world: World) -> Page:
    """The home page of an agent of the zone."""
    page.goto("/aide")
    page.context.add_cookies(
        [{"name": "vigie", "value": open_session(world.alice), "url": page.url}]
    )
    page.goto("/")
    return page


def test_a_firm_is_opened_without_a_mouse(home: Page, world: World) -> None:
    home.keyboard.press("Control+k")
    box = home.get_by_role("dialog").get_by_role("combobox")
    expect(box).to_be_focused()
    # Before anything is typed, it says where one may go.
    expect(home.get_by_role("option", name="Accueil")).to_be_visible()
    assert_accessible(home)
    home.keyboard.type("forges")
    options = home.get_by_role("option")
    expect(options).to_have_count(1)
    expect(options.first).to_have_attribute("aria-selected", "true")
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile(f"/entreprises/{world.siren_21}$"))


def test_an_action_is_chosen_by_arrows_and_escape_leaves_the_page_as_it_was(home: Page) -> None:
    home.keyboard.press("Control+k")
    home.keyboard.type("voir mes")
    chosen = home.get_by_role("option").nth(1)
    expect(chosen).to_be_visible()
    home.keyboard.press("ArrowDown")
    expect(chosen).to_have_attribute("aria-selected", "true")
    home.keyboard.press("Escape")
    expect(home.get_by_role("dialog")).to_have_count(0)
    expect(home).to_have_url(re.compile("/$"))
