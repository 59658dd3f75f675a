"""Two agents, each in their browser, write one synthèse at once: the second reads both texts before keeping them."""

from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessibility import assert_accessible
from tests.factories.cases import add_member, open_case
from tests.factories.network import network_id
from tests.factories.people import World
from tests.factories.summaries import write_summary
from tests.support.browsing import enter


def test_two_agents_edit_one_synthese_at_once(
    page: Page, browser: Browser, address: str, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.manager)
    write_summary(world.alice, case_id, to="crp", context="Un client perdu, une dette de 5 000 €.")
    path = f"/accompagnements/{case_id}/synthese/{network_id('crp')}"
    other = browser.new_context(
        base_url=address, locale="fr-FR", viewport={"width": 320, "height": 640}
    )
    mine, theirs = enter(page, world.alice, path), enter(other.new_page(), world.manager, path)
    assert_accessible(mine)

    theirs.get_by_label("Contexte").fill("Un client perdu, une dette de 8 000 €.")
    theirs.get_by_label("Actions").fill("Délai demandé")
    theirs.get_by_role("button", name="Enregistrer").click()
    expect(theirs.get_by_text("Délai demandé")).to_be_visible()

    mine.get_by_label("Contexte").fill("Un client sur deux perdu, une dette de 5 000 €.")
    mine.get_by_role("button", name="Enregistrer").click()
    expect(mine.get_by_role("heading", name="Rien n’est encore enregistré")).to_be_visible()
    expect(mine.get_by_label("Contexte")).to_have_value(
        "Un client sur deux perdu, une dette de 8 000 €."
    )
    assert_accessible(mine)
    mine.get_by_role("button", name="Enregistrer les deux textes réunis").click()
    expect(mine.get_by_text("Un client sur deux perdu, une dette de 8 000 €.")).to_be_visible()
    expect(mine.get_by_text("Délai demandé")).to_be_visible()

    theirs.reload()
    expect(theirs.get_by_text("Un client sur deux perdu")).to_be_visible()
    theirs.get_by_role("link", name="Ce que disait avant").click()
    expect(theirs.locator("ins").first).to_be_visible()
    assert_accessible(theirs)
    other.close()
