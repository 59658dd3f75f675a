"""An expert without an account, on a phone without a script: the e-mail comes, its link opens the need, they take it and close it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessibility import assert_accessible
from tests.factories.links import ADDRESS, TOKEN, deliver
from tests.factories.needs import SAID, put_need
from tests.factories.people import World
from tests.support.smtp import Letterbox, posted_to


@pytest.fixture
def postman(app: Flask) -> Iterator[Letterbox]:
    with posted_to(app) as box:
        yield box


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    """A phone of 320 px whose browser runs no script and keeps no cookie."""
    context = browser.new_context(
        base_url=address,
        locale="fr-FR",
        viewport={"width": 320, "height": 640},
        java_script_enabled=False,
    )
    yield context.new_page()
    context.close()


def received(box: Letterbox) -> str:
    """The address that the last e-mail brought, on this server."""
    deliver()
    message = box.received[-1]
    assert message["To"] == ADDRESS
    text = message.get_body()
    assert text is not None
    found = TOKEN.search(text.get_content())
    assert found
    return f"/reponse/{found[1]}"


def test_the_e_mail_comes_its_link_is_opened_taken_and_closed(
    phone: Page, page: Page, world: World, postman: Letterbox
) -> None:
    put_need(world)
    first = received(postman)
    phone.goto(first)
    expect(phone.get_by_text(SAID)).to_be_visible()
    width = phone.locator("html").bounding_box()
    assert width is not None
    assert width["width"] <= 320
    _judge(page, first)
    phone.get_by_role("button", name="Je m’en occupe").click()
    expect(phone.get_by_text("Prise en charge", exact=True)).to_be_visible()
    following = received(postman)
    assert phone.url.endswith(following)
    phone.get_by_role("button", name="Voir qui appeler").click()
    expect(phone.get_by_text("Sacha Fictif")).to_be_visible()
    phone.get_by_label("Votre message").fill("Rendez-vous pris")
    phone.get_by_role("button", name="Envoyer le message").click()
    expect(phone.get_by_text("Rendez-vous pris")).to_be_visible()
    _judge(page, following)
    phone.get_by_role("button", name="Enregistrer").click()
    expect(phone.get_by_role("alert")).to_contain_text("Dites ce qu’il en est")
    phone.get_by_text("Aide proposée", exact=True).click()
    phone.get_by_role("button", name="Enregistrer").click()
    expect(phone.get_by_text("Où vous en êtes : « Aide proposée »")).to_be_visible()
    _judge(page, following)
    _judge(page, "/reponse/" + "x" * 43)
    page.get_by_role("button", name="Recevoir un nouveau lien").click()
    expect(page.get_by_role("heading", level=1, name="Regardez votre boîte")).to_be_visible()
    assert_accessible(page)


def _judge(page: Page, path: str) -> None:
    """Nothing to reproach to a page, in a browser that runs scripts."""
    page.goto(path)
    assert_accessible(page)
