"""The list under the search box, in a real browser: keyboard, mouse, phone, and the plain form without scripts."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.accessibility import assert_accessible
from tests.factories.people import World
from tests.support.readers import open_session
from tests.web.test_search import add_firm


@pytest.fixture
def box(page: Page, world: World) -> Locator:
    """The box of the header, at home, with two firms that begin alike."""
    add_firm("400000006", "SCIERIE DES LILAS")
    add_firm("410000005", "SCIERIE DES ROSES")
    page.goto("/aide")
    page.context.add_cookies([{"name": "vigie", "value": open_session(world.alice), "url": page.url}])  # fmt: skip
    page.goto("/")
    return page.locator("#recherche-q")


def test_arrows_choose_and_enter_opens(page: Page, box: Locator) -> None:
    box.press_sequentially("scier", delay=30)
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-suggestions-status]").first).to_contain_text("2 entreprises")
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "recherche-suggestions-1")
    expect(box).to_be_focused()
    assert_accessible(page)
    box.press("Enter")
    page.wait_for_url("**/entreprises/410000005")


def test_escape_closes_and_keeps_what_was_typed(page: Page, box: Locator) -> None:
    box.press_sequentially("scier")
    expect(page.get_by_role("option")).to_have_count(2)
    box.press("ArrowUp")
    expect(page.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("scier")
    box.press("Enter")
    page.wait_for_url("**/recherche?q=scier")


def test_one_question_for_what_is_typed_in_one_go(page: Page, box: Locator) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "suggestions?" in request.url else None)  # fmt: skip
    box.press_sequentially("scierie", delay=20)
    expect(page.get_by_role("option")).to_have_count(2)
    assert [url.rpartition("=")[2] for url in asked] == ["scierie"]


def test_a_click_opens_and_a_phone_shows_all(page: Page, box: Locator) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    box.press_sequentially("scier")
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    option.click()
    page.wait_for_url("**/entreprises/400000006")


def test_without_scripts_it_is_a_form(
    page: Page, box: Locator, browser: Browser, address: str, world: World
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    context.add_cookies([{"name": "vigie", "value": open_session(world.alice), "url": address}])
    plain = context.new_page()
    plain.goto("/")
    plain.locator("#recherche-q").fill("scierie")
    plain.locator("#recherche-q").press("Enter")
    expect(plain.locator("#resultats tbody tr")).to_have_count(2)
    context.close()
