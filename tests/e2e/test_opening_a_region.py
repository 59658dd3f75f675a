"""The manager of an antenne repairs a hole of the coverage, and the team opens the region."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.accessibility import assert_accessible
from tests.factories.openings import REGION, plant_ready, try_mail
from tests.factories.people import World
from tests.factories.referrals import subject_ids
from tests.support.browsing import enter

PAGE = f"/orientations/regions/{REGION}"


def test_a_hole_is_repaired_and_the_region_opens(page: Page, world: World) -> None:
    subjects = subject_ids()
    holes = subjects[-(len(subjects) // 10 + 1) :]
    planted = plant_ready(world, lacking=len(holes))
    try_mail(world, is_sent=True)
    enter(page, world.team, PAGE)
    expect(
        page.get_by_role("row", name=re.compile("Couverture")).get_by_text("Manque")
    ).to_be_visible()
    expect(page.get_by_role("link", name="Ouvrir le guichet")).to_have_count(0)
    assert_accessible(page)
    enter(page, world.alice, PAGE)
    page.get_by_role("main").get_by_role("link", name="Couverture").click()
    expect(page.get_by_text("Personne").first).to_be_visible()
    page.goto(page.url.split("/annuaire")[0] + f"/annuaire/experts/{planted['expert_id']}")
    page.get_by_role("link", name="Modifier").click()
    for number in holes:
        page.locator(f"[name=service_{number}]").fill("Un conseil")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1, name="Camille Essai")).to_be_visible()
    enter(page, world.team, PAGE)
    page.get_by_role("link", name="Ouvrir le guichet").click()
    page.get_by_label("Pourquoi").fill("Le dernier trou est comblé")
    assert_accessible(page)
    page.get_by_role("button", name="Ouvrir le guichet").click()
    expect(page.get_by_text("Le dernier trou est comblé")).to_be_visible()
    assert_accessible(page)
    enter(page, world.team, "/orientations/controle")
    assert_accessible(page)
    enter(page, world.team, "/orientations/qualite")
    assert_accessible(page)
