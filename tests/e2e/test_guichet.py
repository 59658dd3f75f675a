"""A head of firm on a phone that runs no script: from the form to the e-mail, the expert who is told, and the follow-up."""

import re

from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import select

from app.core.database.unit_of_work import TransactionalFlask
from app.messages import jobs
from app.messages.models import Email
from tests.e2e.accessibility import assert_accessible
from tests.factories.needs import plant_experts
from tests.factories.network import system
from tests.factories.people import World
from tests.support.smtp import posted_to

PHONE = ViewportSize(width=320, height=640)
WORDING = "Je ne peux pas payer mes cotisations Urssaf, ou pas toutes"


def test_from_the_form_to_the_follow_up_without_a_script(
    app: TransactionalFlask, browser: Browser, address: str, world: World
) -> None:
    plant_experts(world)
    context = browser.new_context(
        viewport=PHONE, java_script_enabled=False, locale="fr-FR", base_url=address
    )
    page = context.new_page()
    page.goto("/guichet")
    page.get_by_text(WORDING).click()
    page.get_by_label(re.compile("^Votre entreprise")).fill("forges fictives")
    page.get_by_label(re.compile("^Commune de l’entreprise")).fill("21000")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_text("Forges fictives de Dijon, Ville fictive").click()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Étape 2 sur 2")).to_be_visible()
    page.get_by_label("Votre nom").fill("Sacha Fictif")
    page.get_by_label(re.compile("^Votre téléphone")).fill("03 80 00 00 00")
    page.get_by_label(re.compile("^Votre adresse électronique")).fill("sacha@exemple.invalid")
    page.get_by_text("J’accepte", exact=True).click()
    page.wait_for_timeout(3_000)
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.get_by_role("heading", level=1, name="Votre demande est partie")).to_be_visible()
    with system() as session:
        waiting = session.execute(
            select(Email.id, Email.address, Email.agent_id).where(Email.sent_at.is_(None))
        ).all()
    assert world.bob in {agent_id for _, _, agent_id in waiting}
    (mine,) = [number for number, to, _ in waiting if to == "sacha@exemple.invalid"]
    with posted_to(app) as box:
        jobs.send_mail(email_id=mine)
    (received,) = box.received
    body = received.get_body(("plain",))
    assert body
    text = received["Subject"] + body.get_content()
    assert "Forges" not in text
    found = re.search(r"/guichet/suivi/[\w-]+", text)
    assert found, text
    page.goto(found[0])
    expect(page.get_by_text("ont reçu votre demande")).to_be_visible()
    page.get_by_label("Pourquoi ?").fill("C’est réglé.")
    page.get_by_role("button", name=re.compile("^Retirer")).click()
    expect(page.get_by_text("Vous avez retiré ce besoin")).to_be_visible()
    context.close()


def test_the_two_pages_are_accessible_with_their_errors(page: Page, world: World) -> None:
    page.goto("/guichet")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("réponses sont à corriger")).to_be_visible()
    assert_accessible(page)
    page.get_by_text(WORDING).click()
    page.get_by_label(re.compile("^Votre entreprise")).fill(world.siren_21)
    page.get_by_label(re.compile("^Commune de l’entreprise")).fill("Dijon")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.get_by_text("est à corriger")).to_be_visible()
    assert_accessible(page)
