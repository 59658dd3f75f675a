"""Signing in as one does: a passphrase, the enrolment of a factor, a passkey of a device that Chromium imitates."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event
from tests.e2e.accessibility import assert_accessible
from tests.factories import accounts
from tests.factories.people import World
from tests.support.journaled import journaled
from tests.web.test_factors import current_code

ALICE = "alice@exemple.invalid"


@pytest.fixture
def local(page: Page, app: TransactionalFlask, address: str) -> Iterator[Page]:
    """The application at a name: browsers have no passkeys at a number."""
    former, here = app.config["VIGIE"], address.replace("127.0.0.1", "localhost")
    app.config["VIGIE"] = former.replace(public_url=here)
    page.goto(f"{here}/aide")
    yield page
    app.config["VIGIE"] = former


@pytest.fixture
def device(local: Page) -> "Device":
    """A device with a screen lock, that keeps passkeys."""
    return Device(local.context, local)


class Device:
    """Chromium's virtual authenticator."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.protocol = context.new_cdp_session(page)
        self.protocol.send("WebAuthn.enable")
        self.number = self.protocol.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
                }
            },
        )["authenticatorId"]  # fmt: skip

    def recognises(self, who_is_there: bool) -> None:
        """Whether the finger on it is its owner's."""
        self.protocol.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": self.number, "isUserVerified": who_is_there},
        )


def test_a_passphrase_leads_to_a_factor_and_then_where_one_was_going(
    local: Page, world: World
) -> None:
    accounts.give_passphrase(world.alice)
    show_passphrase(local, "/notifications")
    expect(local.get_by_role("heading", level=1)).to_have_text("Ajouter un second facteur")
    picture = local.locator(".vigie-qr svg")
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 150
    assert box["width"] == box["height"]
    assert_accessible(local)
    secret = local.locator(".vigie-secret").inner_text().replace(" ", "")
    local.get_by_label("Code affiché par l’application").fill("000000")
    local.get_by_role("button", name="Enregistrer l’application").click()
    expect(local.get_by_role("alert").first).to_contain_text("Ce code n’est pas celui")
    assert_accessible(local)
    local.get_by_label("Code affiché par l’application").fill(current_code(secret))
    local.get_by_role("button", name="Enregistrer l’application").click()
    expect(local.locator(".vigie-codes li")).to_have_count(10)
    assert_accessible(local)
    local.get_by_role("link", name="Je les ai rangés").click()
    expect(local.get_by_role("heading", level=1)).to_have_text("Notifications")
    for path in ("/compte", "/compte/sessions", "/compte/phrase-de-passe", "/compte/confirmation"):
        local.goto(path_of(local, path))
        assert_accessible(local)


def test_the_second_factor_is_asked_at_the_next_sign_in(local: Page, world: World) -> None:
    held = accounts.local_account(world.alice)
    show_passphrase(local, "/compte")
    expect(local.get_by_role("heading", level=1)).to_have_text("Second facteur")
    assert_accessible(local)
    local.get_by_role("textbox", name="Code").fill("000000")
    local.get_by_role("button", name="Vérifier").click()
    expect(local.get_by_role("alert").first).to_contain_text("Code incorrect")
    assert_accessible(local)
    local.get_by_role("textbox", name="Code").fill(held.code())
    local.get_by_role("button", name="Vérifier").click()
    expect(local.get_by_role("heading", level=1)).to_have_text("Mon compte")


def test_a_passkey_is_both_factors_in_one_gesture(
    local: Page, device: Device, world: World
) -> None:
    accounts.give_passphrase(world.alice)
    show_passphrase(local, "/compte")
    local.get_by_role("link", name="clé d’accès").click()
    assert_accessible(local)
    local.get_by_label("Nom de la clé").fill("Ordinateur du bureau")
    local.get_by_role("button", name="Ajouter la clé").click()
    expect(local.locator(".vigie-codes li")).to_have_count(10)
    local.get_by_role("link", name="Je les ai rangés").click()
    expect(local.get_by_text("Ordinateur du bureau").first).to_be_visible()
    expect(local.get_by_text("jamais utilisée")).to_be_visible()
    changes = [line.details["change"] for line in journaled(Event.SECOND_FACTOR_CHANGED)]
    assert changes == ["passkey_added", "codes_renewed"]
    assert_accessible(local)

    sign_out(local)
    device.recognises(False)
    local.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(local.get_by_text("L’appareil n’a pas donné de clé")).to_be_visible()
    device.recognises(True)
    before = local.context.cookies()
    with local.expect_request("**/connexion/cle") as sent:
        local.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(local.get_by_role("heading", level=1)).to_contain_text("Bonjour")
    local.goto(path_of(local, "/compte/sessions"))
    expect(local.get_by_role("cell", name="Clé d’accès", exact=True)).to_be_visible()

    # Somebody who saw it all, cookie included, sends it again.
    local.context.clear_cookies()
    local.context.add_cookies(before)  # type: ignore[arg-type]
    replayed = local.request.post(
        path_of(local, "/connexion/cle"),
        data=sent.value.post_data or "",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert replayed.status == 422
    local.goto(path_of(local, "/compte"))
    expect(local.get_by_role("heading", level=1)).to_have_text("Connexion nécessaire")


def test_a_passkey_may_follow_the_passphrase(local: Page, device: Device, world: World) -> None:
    accounts.local_account(world.alice)
    show_passphrase(local, "/compte/cles")
    local.get_by_role("textbox", name="Code").fill(accounts.enrol(world.alice).codes[0])
    local.get_by_role("button", name="Vérifier").click()
    local.get_by_label("Nom de la clé").fill("Téléphone")
    local.get_by_role("button", name="Ajouter la clé").click()
    expect(local.get_by_text("C’est enregistré.")).to_be_visible()
    sign_out(local)
    show_passphrase(local, "/compte")
    local.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(local.get_by_role("heading", level=1)).to_have_text("Mon compte")


def show_passphrase(page: Page, target: str) -> None:
    page.goto(path_of(page, f"/connexion?next={target}"))
    page.get_by_label("Adresse électronique").fill(ALICE)
    page.get_by_role("textbox", name="Phrase de passe").fill(accounts.PASSPHRASE)
    page.get_by_role("button", name="Se connecter").click()


def sign_out(page: Page) -> None:
    page.locator("summary.vigie-menu__button").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("button", name="Se connecter")).to_be_visible()


def path_of(page: Page, path: str) -> str:
    """``path`` on the name of the site, whatever address the test's server has."""
    return "/".join(page.url.split("/")[:3]) + path
