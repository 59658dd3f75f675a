"""Two experts on one need: one takes it, the other sees it and says that it is not for them, both write, the first one closes it."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessibility import assert_accessible
from tests.factories.needs import put_need
from tests.factories.people import World
from tests.factories.referrals import add_antenne, add_expert, subject_ids
from tests.support.browsing import enter


def test_two_experts_on_one_need(page: Page, browser: Browser, address: str, world: World) -> None:
    other = add_antenne(world.admin, institution="Autre réseau imaginaire", areas=["21"])
    add_expert(
        world.admin, other, name="Carol Fictif", subject_id=subject_ids()[0], account="carol@exemple.invalid"
    )  # fmt: skip
    put = put_need(world)
    enter(page, world.bob, "/orientations")
    page.get_by_role("link", name="Répondre au plus pressé").click()
    page.get_by_role("button", name="Je m’en occupe").dblclick()
    expect(page.get_by_text("C’est noté : vous vous en occupez")).to_be_visible()
    page.get_by_role("link", name="Afficher les coordonnées").click()
    expect(page.get_by_role("link", name="03 80 00 00 00")).to_be_visible()
    # The second one, on a phone, without JavaScript.
    context = browser.new_context(
        base_url=address, locale="fr-FR", viewport={"width": 320, "height": 700}, java_script_enabled=False
    )  # fmt: skip
    phone = enter(context.new_page(), world.carol, f"/orientations/{put.need_id}")
    expect(phone.get_by_role("row", name=re.compile("Bob Fictif.*Prise en charge"))).to_be_visible()
    phone.get_by_label("Votre message").fill("Je vous laisse la main.")
    phone.get_by_role("button", name="Envoyer le message").click()
    expect(phone.get_by_text("Je vous laisse la main.")).to_be_visible()
    phone.get_by_role("link", name="Ce n’est pas pour moi").click()
    phone.get_by_label("Précisions").fill("Bob s’en occupe déjà")
    phone.get_by_role("button", name="Envoyer mon refus").click()
    expect(phone.get_by_label("Précisions")).to_have_value("Bob s’en occupe déjà")
    phone.get_by_text("Je n’en ai pas le temps en ce moment").click()
    phone.get_by_role("button", name="Envoyer mon refus").click()
    expect(phone.get_by_text("C’est noté. Si personne d’autre")).to_be_visible()
    expect(phone.get_by_role("link", name="Afficher les coordonnées")).to_have_count(0)
    context.close()
    page.reload()
    expect(page.get_by_text("Je vous laisse la main.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Dire ce que cela a donné").click()
    page.get_by_text("Aide proposée").click()
    page.get_by_label("Précisions").fill("Un échéancier est accordé.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("C’est noté : merci")).to_be_visible()
    page.goto("/orientations?vue=terminees")
    expect(page.get_by_role("row", name=re.compile("Aide proposée"))).to_be_visible()
    assert_accessible(page)
