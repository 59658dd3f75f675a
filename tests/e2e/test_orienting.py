"""The agent orients a firm from its accompagnement; an expert answers; the answer is in the accompagnement and in its timeline."""

from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessibility import assert_accessible
from tests.factories.cases import open_case
from tests.factories.needs import plant_experts
from tests.factories.people import World
from tests.factories.sending import MESSAGE
from tests.support.browsing import enter

SUBJECT = "Étaler une dette sociale"


def test_the_agent_orients_and_the_answer_comes_back(
    page: Page, browser: Browser, address: str, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    plant_experts(world)
    mine = enter(page, world.alice, f"/accompagnements/{case_id}")
    mine.get_by_role("link", name="Orienter").click()
    assert_accessible(mine)
    mine.get_by_text(SUBJECT, exact=True).click()
    mine.get_by_label("Ce que demande l’entreprise").fill(MESSAGE)
    mine.get_by_label("Nom de la personne à rappeler").fill("Sacha Fictif")
    mine.get_by_label("Téléphone").fill("03 80 00 00 00")
    mine.get_by_text("De vive voix", exact=True).click()
    mine.get_by_role("button", name="Relire avant d’envoyer").click()
    expect(
        mine.get_by_text("Dites qui, dans l’entreprise, a donné son accord.").first
    ).to_be_visible()
    mine.get_by_label("Qui a donné son accord").fill("Sacha Fictif, gérante")
    mine.get_by_role("button", name="Relire avant d’envoyer").click()
    expect(mine.get_by_text(MESSAGE)).to_be_visible()
    expect(mine.get_by_role("link", name="Bob Fictif")).to_be_visible()
    assert_accessible(mine)
    mine.get_by_role("button", name="Envoyer", exact=True).click()
    expect(mine.get_by_text("C’est transmis")).to_be_visible()

    other = browser.new_context(
        base_url=address, locale="fr-FR", viewport={"width": 320, "height": 640}
    )
    theirs = enter(other.new_page(), world.bob, "/orientations")
    theirs.get_by_role("link", name=SUBJECT).first.click()
    theirs.get_by_role("button", name="Je m’en occupe").click()
    expect(theirs.get_by_text("C’est noté")).to_be_visible()
    other.close()

    mine.reload()
    expect(mine.locator("#orientations").get_by_text("Prise en charge", exact=True)).to_be_visible()
    assert_accessible(mine)
    mine.goto(f"/entreprises/{world.siren_21}/fil")
    expect(mine.get_by_text("Réponse à une orientation : prise en charge")).to_be_visible()
