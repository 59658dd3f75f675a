"""A partner is named in a comment, told at once, and answers from the address in the e-mail."""

import re

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from app.messages.models import Email
from app.network.models import Comment
from app.network.notifications import jobs
from tests.e2e.accessibility import assert_accessible
from tests.factories.cases import add_member, open_case
from tests.factories.network import last_event, system
from tests.factories.people import World
from tests.support.browsing import enter


def test_who_is_named_answers_from_the_email(
    page: Page, browser: Browser, address: str, world: World
) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob)
    enter(page, world.alice, f"/accompagnements/{case_id}")
    page.locator("summary", has_text="Écrire un commentaire").click()
    page.get_by_role("radio", name=re.compile("^CODEFI 21, lisible par 4 agents")).check(force=True)
    text = page.get_by_label(re.compile("^Votre commentaire"))
    text.press_sequentially("Vu le dirigeant. @bo")
    expect(page.get_by_role("option", name="Bob Fictif")).to_be_visible()
    assert_accessible(page)
    text.press("Enter")
    expect(text).to_have_value("Vu le dirigeant. @Bob Fictif ")
    text.press_sequentially("peux-tu suspendre les poursuites ?")
    page.get_by_role("button", name="Envoyer").dblclick()
    written = page.locator("#liste-commentaires").get_by_text("Vu le dirigeant. @Bob Fictif")
    expect(written).to_have_count(1)
    expect(text).to_have_value("")
    assert count(select(func.count()).select_from(Comment)) == 1

    jobs.notify(event_id=last_event())
    with system() as session:
        (email,) = session.scalars(select(Email).where(Email.agent_id == world.bob))
        assert "Forges" not in email.subject + email.body_text
        led = re.search(r"https?://[^/]+(/notifications)\b", email.body_text)
        assert led
    other = browser.new_context(
        base_url=address, locale="fr-FR", viewport={"width": 375, "height": 700}
    )
    theirs = enter(other.new_page(), world.bob, led[1])
    expect(theirs.get_by_text("un texte vous cite").first).to_be_visible()
    theirs.get_by_role("link", name="Forges fictives de Dijon").first.click()
    theirs.get_by_role("link", name="Répondre").click()
    assert_accessible(theirs)
    theirs.get_by_label("Votre réponse").fill("C’est fait ce matin.")
    theirs.get_by_role("button", name="Répondre").click()
    expect(theirs.get_by_text("C’est fait ce matin.")).to_be_visible()
    other.close()
    page.reload()
    expect(page.get_by_text("C’est fait ce matin.")).to_be_visible()


def count(statement) -> int:  # type: ignore[no-untyped-def]
    with system() as session:
        return int(session.scalar(statement) or 0)
