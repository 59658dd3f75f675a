"""The pages of a firm in a real browser: the cause seen at once, the band the same in every room, a notification read once followed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import DESKTOP, assert_accessible
from tests.factories import typical
from tests.factories.confidences import Confidences
from tests.support.firm import ROOMS
from tests.support.readers import open_session
from tests.support.waiting import wait_for

#: the pages of a PDF, each an object of its own
SHEETS = re.compile(rb"/Type\s*/Page\b")
#: what a screen shows at once, and the most that a room may take on a desktop: two screens
FIRST, TWO_SCREENS = 400, 2 * 768


@pytest.fixture
def firm(page: Page, confidences: Confidences) -> str:
    """The firm's page, opened by an agent of its zone."""
    page.goto("/aide")
    key = open_session(confidences.world.alice)
    page.context.add_cookies([{"name": "vigie", "value": key, "url": page.url}])
    return f"/entreprises/{confidences.world.siren_21}"


@pytest.mark.parametrize("size", [(1366, 768), (375, 812)])
def test_the_cause_is_in_what_a_screen_shows_first(
    page: Page, firm: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(firm)
    box = page.locator("#cause").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= FIRST


def test_a_room_takes_two_screens_at_most(page: Page, firm: str, confidences: Confidences) -> None:
    typical.enrich(confidences)
    page.set_viewport_size({"width": 1366, "height": 768})
    heights = {}
    for room in ROOMS:
        page.goto(f"{firm}{room}")
        charts = page.locator("table[data-chart]").count()
        expect(page.locator(".vigie-chart__plot canvas")).to_have_count(charts)
        heights[room] = page.evaluate("document.documentElement.scrollHeight")
    assert {room: height for room, height in heights.items() if height > TWO_SCREENS} == {}


def test_the_sheet_of_a_visit_is_printed_on_two_pages(
    page: Page, firm: str, confidences: Confidences
) -> None:
    typical.enrich(confidences)
    page.goto(firm)
    page.get_by_role("link", name="Fiche de visite").click()
    expect(page.get_by_role("button", name="Imprimer")).to_be_visible()
    assert_accessible(page)
    paper = page.pdf(format="A4", print_background=False, prefer_css_page_size=True)
    assert 1 <= len(SHEETS.findall(paper)) <= 2


def test_each_room_is_reached_from_the_others_and_is_accessible_opened(
    page: Page, firm: str
) -> None:
    page.goto(firm)
    rooms = page.get_by_role("navigation", name="Les pages de l’entreprise")
    for room in ("Échanger", "Données", "Identité", "Comprendre"):
        rooms.get_by_role("link", name=room).click()
        expect(rooms.get_by_role("link", name=room)).to_have_attribute("aria-current", "page")
        expect(page.locator("#cause")).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.set_viewport_size(DESKTOP)
        assert_accessible(page)


def test_following_a_notification_reads_it(page: Page, confidences: Confidences) -> None:
    page.goto("/aide")
    key = open_session(confidences.world.carol)
    page.context.add_cookies([{"name": "vigie", "value": key, "url": page.url}])
    page.goto("/notifications")
    unread = page.locator("a[data-marks-read]")
    count = unread.count()
    assert count > 0
    unread.first.click()
    page.wait_for_url("**/visites/*")

    def left() -> int:
        page.goto("/notifications")
        return unread.count()

    # What says it is read is sent as the page is left: the browser tells nobody of the answer.
    wait_for(lambda: left() == count - 1)
