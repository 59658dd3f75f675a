"""The band that says as whom one looks, in a real browser."""

from playwright.sync_api import Page, expect

from app.core.database.unit_of_work import TransactionalFlask
from tests.e2e.accessibility import assert_accessible
from tests.e2e.test_every_page import _sign_in
from tests.factories.impersonation import make_helper
from tests.factories.people import World

#: the button stands on the page of an agent; any page may send the same form
LOOK_AS = """(agent) => {
  const form = document.querySelector('form[action="/deconnexion"]').cloneNode(true);
  form.action = `/agents/${agent}/voir-comme`;
  document.body.append(form);
  form.submit();
}"""


def test_the_band_is_accessible_and_leads_back(
    page: Page, app: TransactionalFlask, world: World
) -> None:
    _sign_in(page, app, make_helper())
    page.goto("/compte")
    with page.expect_navigation():
        page.evaluate(LOOK_AS, world.carol)
    expect(page.get_by_text("Vous voyez Vigie comme Carol Fictif.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Revenir à mon compte").click()
    expect(page.get_by_text("Vous voyez Vigie comme")).to_have_count(0)
