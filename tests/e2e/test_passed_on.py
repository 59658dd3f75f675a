"""A need that one expert refuses, that nobody answers in time, or whose expert is away, goes to another one: seen by each of them."""

import re
from datetime import datetime, time, timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core import now
from app.core.now import PARIS, today, utcnow
from app.core.working_days import worked_days
from app.referrals.needs.models import FirmNeed
from app.referrals.needs.putting import SYSTEM
from app.referrals.needs.services import submit
from app.referrals.reminders import jobs
from tests.e2e.accessibility import assert_accessible
from tests.factories.needs import SAID, put_need, solicitation
from tests.factories.network import system
from tests.factories.people import World
from tests.factories.referrals import add_antenne, add_expert, subject_ids
from tests.support.browsing import enter

#: longer than ten working days, whatever the holidays
LONG_AGO = timedelta(days=25)


def take_over(world: World) -> int:
    """Carol is an expert of another institution, from now on; her number."""
    other = add_antenne(world.admin, institution="Réseau de relève", areas=["21"])
    return add_expert(
        world.admin, other, name="Carol Fictif", subject_id=subject_ids()[0], account="carol@exemple.invalid"
    )  # fmt: skip


def expect_need(page: Page, world: World) -> None:
    """Carol finds the need first on her page, reads it, and why it comes to her."""
    enter(page, world.carol, "/orientations")
    page.get_by_role("link", name="Répondre au plus pressé").click()
    expect(page.get_by_text(SAID)).to_be_visible()
    expect(page.get_by_text("Pourquoi moi ?")).to_be_visible()
    expect(page.get_by_role("button", name="Je m’en occupe")).to_be_visible()


def test_refused_by_one_it_goes_to_another(page: Page, world: World) -> None:
    put = put_need(world)
    take_over(world)
    enter(page, world.carol, f"/orientations/{put.need_id}")
    expect(page.get_by_text(SAID)).to_have_count(0)
    enter(page, world.bob, f"/orientations/{put.need_id}")
    page.get_by_role("link", name="Ce n’est pas pour moi").click()
    page.get_by_text("Je n’en ai pas le temps en ce moment").click()
    page.get_by_role("button", name="Envoyer mon refus").click()
    expect(page.get_by_text("Si personne d’autre ne s’en occupe")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Carol Fictif.*À traiter"))).to_be_visible()
    expect_need(page, world)
    page.get_by_role("button", name="Je m’en occupe").click()
    expect(page.get_by_role("row", name=re.compile("Bob Fictif.*Pas pour moi"))).to_be_visible()


def test_what_nobody_answers_in_time_goes_to_another(page: Page, world: World) -> None:
    with now.at(utcnow() - LONG_AGO):
        put = put_need(world)
    take_over(world)
    enter(page, world.bob, f"/orientations/{put.need_id}")
    expect(page.get_by_role("button", name="Je m’en occupe")).to_be_visible()
    tomorrow = next(worked_days(today(), today() + timedelta(days=10), department="21"))
    with now.at(datetime.combine(tomorrow, time(9), PARIS)):
        jobs.remind()
    # Bob had left his page open: what he does there is refused, and says what became of the need.
    page.get_by_role("button", name="Je m’en occupe").click()
    expect(page.get_by_text("vient de changer")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Bob Fictif.*Expirée"))).to_be_visible()
    expect_need(page, world)
    enter(page, world.team, f"/orientations/{put.need_id}")
    page.get_by_text("Ce qui s’est passé").click()
    expect(page.get_by_text("Sans réponse dans le délai.").first).to_be_visible()
    assert_accessible(page)


def test_what_comes_while_an_expert_is_away_goes_to_others(page: Page, world: World) -> None:
    put = put_need(world)
    take_over(world)
    enter(page, world.bob, f"/annuaire/experts/{put.bob_expert_id}")
    page.get_by_role("link", name="Dire une absence").click()
    page.get_by_label("Premier jour").fill((today() + timedelta(days=2)).isoformat())
    page.get_by_label("Dernier jour").fill(today().isoformat())
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_label("Dernier jour")).to_have_value(today().isoformat())
    page.get_by_label("Premier jour").fill(today().isoformat())
    page.get_by_label("Dernier jour").fill((today() + timedelta(days=20)).isoformat())
    page.get_by_label("Qui le remplace").select_option("Dominique Fictif")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("L’absence est notée")).to_be_visible()
    asked = solicitation(firm_name="Fonderie imaginaire")
    with system() as session:
        number = submit(session, SYSTEM, asked).id
        of_it = select(FirmNeed.id).where(FirmNeed.solicitation_id == number)
        need_id = session.scalars(of_it).one()
    enter(page, world.team, f"/orientations/{need_id}")
    experts = page.get_by_role("table", name="Experts", exact=True)
    expect(experts.get_by_text("Carol Fictif")).to_be_visible()
    expect(experts.get_by_text("Dominique Fictif")).to_be_visible()
    expect(experts.get_by_text("Bob Fictif")).to_have_count(0)
    page.get_by_text("Pourquoi pas aux autres experts du territoire").click()
    away = page.get_by_role(
        "row", name=re.compile("Bob Fictif.*Absent, remplacé par Dominique Fictif")
    )
    expect(away).to_be_visible()
