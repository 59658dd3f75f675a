"""The list of the month without a mouse, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from scoring.vocabulary import Level
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system
from tests.factories.people import World
from tests.support.readers import open_session


@pytest.fixture
def rows(page: Page, world: World) -> Page:
    """The list of a month, of two firms, opened by an agent of the zone."""
    with system() as session:
        publish_list(
            session,
            Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE),
            Alerted(siren=world.siren_21_quiet, department="21"),
        )
    page.goto("/aide")
    key = open_session(world.alice)
    page.context.add_cookies([{"name": "vigie", "value": key, "url": page.url}])
    page.goto("/detections")
    return page


def test_rows_are_gone_through_and_opened_by_keys(rows: Page, world: World) -> None:
    links = rows.locator("#liste-detections tbody th a")
    rows.keyboard.press("j")
    expect(links.first).to_be_focused()
    for key, row in (("j", links.last), ("j", links.last), ("k", links.first), ("k", links.first)):
        rows.keyboard.press(key)
        expect(row).to_be_focused()
    rows.keyboard.press("Enter")
    expect(rows).to_have_url(re.compile(f"/entreprises/{world.siren_21}$"))


def test_a_letter_that_is_typed_or_turned_off_goes_nowhere(rows: Page) -> None:
    search = rows.get_by_role("combobox")
    search.press_sequentially("jk")
    expect(search).to_have_value("jk")
    expect(search).to_be_focused()
    rows.reload()
    rows.keyboard.press("?")
    rows.get_by_role("checkbox", name="Activer les raccourcis").uncheck()
    rows.keyboard.press("Escape")
    rows.keyboard.press("j")
    expect(rows.locator("#liste-detections tbody th a").first).not_to_be_focused()
