"""A row of the list keeps two lines however many lists its firm is on; the other names open from the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from app.watching.lists import services
from app.watching.lists.services import ListRequest
from tests.e2e.accessibility import assert_accessible
from tests.factories.network import working_as
from tests.factories.people import World
from tests.support.readers import open_session

pytest_plugins = ["tests.factories.region"]

LISTS = ("Clôture des comptes à suivre de près", "Filière bois", "Plan de relance")


@pytest.fixture
def rows(page: Page, world: World, listed: int) -> Page:
    """The list, signed in, on the screen of a common laptop."""
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/aide")
    page.context.add_cookies(
        [{"name": "vigie", "value": open_session(world.alice), "url": page.url}]
    )
    page.goto("/detections?tout=1")
    return page


def label(world: World) -> None:
    """Put the firm on three lists."""
    for name in LISTS:
        with working_as(world.alice) as (session, who):
            known = services.create(session, who, ListRequest(label=name))
            services.fill(session, who, known, [world.siren_21])


def height(page: Page) -> float:
    """How tall the first row is."""
    box = page.locator("#liste-detections tbody tr").first.bounding_box()
    assert box is not None
    return box["height"]


def test_a_row_keeps_two_lines_and_tells_the_other_lists(rows: Page, world: World) -> None:
    alone = height(rows)
    label(world)
    rows.reload()
    row = rows.locator("#liste-detections tbody tr").first
    assert height(rows) == pytest.approx(alone, abs=1)
    assert rows.evaluate("document.documentElement.scrollWidth") <= 1366
    expect(row.get_by_text(LISTS[0])).to_be_visible()
    expect(row.get_by_text("Filière bois, Plan de relance")).to_be_hidden()
    more = row.locator("summary")
    expect(more).to_have_accessible_name("+2 autres listes pour Forges fictives de Dijon")
    more.focus()
    rows.keyboard.press("Enter")
    expect(row.get_by_text("Filière bois, Plan de relance")).to_be_visible()
    assert_accessible(rows)
