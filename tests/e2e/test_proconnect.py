"""Signing in and out by ProConnect in a real browser, which follows redirections as its content security policy lets it."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from app.core.database.unit_of_work import TransactionalFlask
from proconnect_double.provider import Provider
from tests.e2e.accessibility import assert_accessible
from tests.factories.people import World
from tests.support.proconnect import proconnect_for


@pytest.fixture
def provider(app: TransactionalFlask, address: str, world: World) -> Iterator[Provider]:
    """The double, which the application at ``address`` signs in by."""
    with proconnect_for(app, public_url=address) as provider:
        yield provider


def test_in_and_out(page: Page, provider: Provider) -> None:
    page.goto("/connexion?next=/compte")
    assert_accessible(page)
    _press(page, "Se connecter avec ProConnect")
    expect(page.get_by_role("heading", level=1)).to_have_text("Choisir un agent fictif")
    assert_accessible(page)
    _press(page, re.compile("Alice Fictif"))
    expect(page).to_have_url(re.compile("/compte$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")

    _settle(page)
    page.locator("summary.vigie-menu__button").click()
    _press(page, "Se déconnecter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes déconnecté")
    assert_accessible(page)
    _settle(page)
    answer = page.goto("/compte")
    assert answer is not None
    assert answer.status == 401

    # ProConnect has let go of her: it asks who comes next.
    _press(page, "Se connecter avec ProConnect")
    _press(page, re.compile("Bob Fictif"))
    expect(page.locator("summary.vigie-menu__button")).to_contain_text("Bob Fictif")
    _settle(page)


@pytest.mark.parametrize(
    ("choice", "title"),
    [
        ("Etranger Fictif", "Un second facteur est nécessaire"),
        ("Inconnue Fictif", "ProConnect vous a reconnu, Vigie ne vous connaît pas"),
        ("Renoncer", "Connexion interrompue"),
    ],
)
def test_a_refusal_says_what_to_do(page: Page, provider: Provider, choice: str, title: str) -> None:
    page.goto("/connexion")
    _press(page, "Se connecter avec ProConnect")
    _press(page, re.compile(choice))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert_accessible(page)
    _settle(page)


def test_who_was_refused_changes_identity(page: Page, provider: Provider) -> None:
    page.goto("/connexion")
    _press(page, "Se connecter avec ProConnect")
    _press(page, re.compile("Inconnue"))
    _press(page, "Changer d’identité ProConnect")
    _press(page, "Se connecter de nouveau", role="link")
    _press(page, "Se connecter avec ProConnect")
    _press(page, re.compile("Alice"))
    expect(page.locator("summary.vigie-menu__button")).to_contain_text("Alice Fictif")
    _settle(page)


def _press(
    page: Page, name: str | re.Pattern[str], role: Literal["button", "link"] = "button"
) -> None:
    _settle(page)
    page.get_by_role(role, name=name).click()


def _settle(page: Page) -> None:
    """Let everything arrive: what is left half-read when the page changes stays open on the server."""
    page.wait_for_load_state("networkidle")
