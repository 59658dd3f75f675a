"""A morning of an agent on a phone: from the alert of the home page to the échéance that it led to."""

import re
from datetime import timedelta

from playwright.sync_api import Page, ViewportSize, expect

from app.core.now import today
from app.core.text.french import date_fr
from tests.e2e.accessibility import assert_accessible
from tests.factories.detections import Alerted, publish_list
from tests.factories.interlocutors import plant_interlocutor
from tests.factories.network import system
from tests.factories.people import World
from tests.support.browsing import enter

FIRM = "Forges fictives de Dijon"
PHONE = ViewportSize(width=375, height=700)


def test_from_the_alert_to_the_day_to_call_back(page: Page, world: World) -> None:
    with system() as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21"))
    plant_interlocutor(world.bob, world.siren_21, name="Mme Fictive", telephone="00 00 00 00 31")
    page.set_viewport_size(PHONE)
    enter(page, world.alice, "/")
    page.locator(".vigie-alerts").get_by_role("link", name=FIRM).click()
    expect(page.get_by_role("heading", level=1, name=FIRM)).to_be_visible()
    # Whom to call is one click away, on the room where people exchange.
    page.get_by_role("link", name="Échanger").click()
    page.get_by_role("link", name="afficher ses coordonnées").click()
    expect(page.get_by_role("link", name="00 00 00 00 31")).to_have_attribute(
        "href", "tel:0000000031"
    )
    _judge(page)
    page.get_by_role("link", name=re.compile("Consigner un")).first.click()
    expect(page.get_by_role("button", name="Enregistrer la visite")).to_be_visible()
    expect(page.get_by_text("Bob Fictif, Urssaf")).to_be_hidden()
    _judge(page)
    page.get_by_role("radio", name="Téléphone").check(force=True)
    page.get_by_role("radio", name="L’entreprise a répondu").check(force=True)
    page.get_by_role("radio", name="Difficulté confirmée").check(force=True)
    page.get_by_role("checkbox", name="Mme Fictive").check(force=True)
    page.get_by_role("radio", name=re.compile("^CODEFI 21, lisible par")).check(force=True)
    page.get_by_label(re.compile("^Prochaine étape")).fill("Rappeler la dirigeante")
    soon = today() + timedelta(days=2)
    page.get_by_label(re.compile("^Pour le")).fill(soon.isoformat())
    page.locator("summary", has_text="À plusieurs").click()
    _judge(page)
    page.get_by_role("checkbox", name="Bob Fictif, Urssaf").check(force=True)
    page.get_by_role("button", name="Enregistrer la visite").dblclick()
    expect(page).to_have_url(re.compile(r"/visites/\d+$"))
    expect(page.get_by_text("Visite à plusieurs administrations")).to_be_visible()
    expect(page.get_by_text("Mme Fictive")).to_be_visible()
    _judge(page)
    page.goto("/")
    due = page.locator("#a-faire").get_by_role("link", name=re.compile(f"{FIRM}, échéance du"))
    expect(due).to_contain_text(f"{date_fr(soon)} : Rappeler la dirigeante")
    due.click()
    expect(page.get_by_text("Rappeler la dirigeante").first).to_be_visible()


def _judge(page: Page) -> None:
    """No violation, then the phone again."""
    assert_accessible(page)
    page.set_viewport_size(PHONE)
