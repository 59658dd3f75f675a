"""Two administrations call one firm, then sit together: nobody calls without knowing, and the sitting ends with its minutes."""

import re
from datetime import timedelta

from playwright.sync_api import Browser, Page, expect

from app.core.now import today
from tests.factories.campaigns import campaign, fill
from tests.factories.people import World
from tests.support.browsing import enter

FIRM = "Forges fictives de Dijon"
SOON = (today() + timedelta(days=20)).isoformat()


def test_a_campaign_of_two_administrations(
    page: Page, browser: Browser, address: str, world: World
) -> None:
    mine, theirs = campaign(world.alice), campaign(world.bob, to="urssaf", label="Urssaf")
    for agent_id, number in ((world.alice, mine), (world.bob, theirs)):
        fill(agent_id, number, [world.siren_21])
    enter(page, world.alice, f"/campagnes/{mine}")
    page.get_by_role("button", name="Je prends contact").click()
    expect(page.get_by_text("Vous avez pris contact")).to_be_visible()
    # On a phone, the Urssaf is told before it calls.
    other = browser.new_context(
        base_url=address, locale="fr-FR", viewport={"width": 375, "height": 700}
    )
    phone = enter(other.new_page(), world.bob, f"/campagnes/{theirs}")
    phone.get_by_role("button", name="Je prends contact").click()
    expect(phone.get_by_role("heading", name="Déjà en lien avec cette entreprise")).to_be_visible()
    expect(
        phone.get_by_text(re.compile("Alice Fictif, Direccte.*a pris contact le"))
    ).to_be_visible()
    phone.get_by_role("button", name="Prendre contact quand même").click()
    expect(phone.get_by_text("Vous avez pris contact")).to_be_visible()
    other.close()
    # Alice says what the call gave; the accompagnement is the next page.
    page.get_by_role("link", name="Dire ce que le contact a donné").click()
    page.get_by_role("radio", name=re.compile("^Besoin")).check(force=True)
    page.get_by_role("radio", name=re.compile("^CODEFI 21")).check(force=True)
    page.get_by_role("button", name="Consigner le contact").dblclick()
    expect(page.get_by_text("L’entreprise a un besoin")).to_be_visible()
    page.goto(f"/campagnes/{mine}?etape=faites")
    expect(page.get_by_role("row", name=re.compile(FIRM))).to_have_count(1)


def test_a_sitting_from_agenda_to_minutes(page: Page, world: World) -> None:
    enter(page, world.alice, "/seances/nouvelle")
    page.get_by_label("Nom de la séance").fill("CODEFI de printemps")
    page.get_by_label("Jour").fill(SOON)
    page.get_by_label("Qui siège").select_option(label="CODEFI")
    page.get_by_role("button", name="Créer la séance").click()
    page.get_by_label("Numéros Siren ou Siret").fill(f"{world.siren_21}\n{world.siren_21_quiet}")
    page.get_by_role("button", name="Inscrire à l’ordre du jour").click()
    page.get_by_role("button", name="Monter").click()
    first = page.get_by_role("row").nth(1)
    expect(first).to_contain_text("Tissages paisibles de Beaune")
    for name, outcome in ((FIRM, "Examinée"), ("Tissages paisibles de Beaune", "Reportée")):
        page.get_by_role("link", name=name).click()
        page.get_by_role("radio", name=re.compile(f"^{outcome}")).check(force=True)
        page.get_by_label("Décision").fill("Un moratoire est demandé")
        page.get_by_role("button", name="Noter la décision").dblclick()
        expect(page.get_by_text("La décision est notée")).to_be_visible()
        page.get_by_role("link", name="CODEFI de printemps").click()
    page.get_by_role("link", name=FIRM).click()
    page.locator("summary", has_text="Confier une tâche").click()
    page.get_by_label("Ce qu’il y a à faire").fill("Saisir la CCSF")
    page.get_by_label("Pour le").fill(SOON)
    page.get_by_role("button", name="Confier la tâche").click()
    expect(page.get_by_role("link", name="Saisir la CCSF")).to_be_visible()
    page.get_by_role("link", name="CODEFI de printemps").click()
    page.get_by_role("button", name="Arrêter le compte rendu").click()
    expect(page.get_by_text("Le compte rendu est arrêté")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Compte rendu (DOCX)").click()
    assert download.value.suggested_filename.endswith(".docx")
    page.get_by_role("link", name="Compte rendu à imprimer").click()
    expect(page.get_by_text("Saisir la CCSF")).to_be_visible()
