"""The network is cut while a visit or a comment is sent: nothing typed is lost, and it is written once."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from app.network.models import Comment
from app.visits.models import Visit
from tests.e2e.accessibility import assert_accessible
from tests.factories.network import system
from tests.factories.people import World
from tests.support.browsing import enter

CUT = "La connexion est coupée"
#: what a browser keeps of a page that is closed
KEPT = """async () => JSON.stringify([
  {...localStorage}, {...sessionStorage}, await indexedDB.databases(), await caches.keys(),
])"""


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    """A phone: its browser complains of the cut, and of nothing of ours."""
    context = browser.new_context(
        base_url=address, locale="fr-FR", viewport={"width": 375, "height": 700}
    )
    complaints: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    context.close()
    assert complaints == []


def written(table: type[Visit] | type[Comment]) -> int:
    with system() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_visit_is_sent_again_by_itself_and_kept_in_the_page_alone(
    phone: Page, world: World
) -> None:
    enter(phone, world.alice, f"/etablissements/{world.siret_21}/visite")
    phone.get_by_role("radio", name="Sur place").check(force=True)
    phone.get_by_role("radio", name="L’entreprise a répondu").check(force=True)
    phone.get_by_role("radio", name="Difficulté confirmée").check(force=True)
    phone.get_by_role("radio", name=re.compile("^CODEFI 21, lisible par")).check(force=True)
    body = phone.get_by_label(re.compile("^Compte rendu"))
    body.fill("Vu le dirigeant.")
    phone.get_by_role("link", name="Suivi", exact=True).click()
    expect(body).to_have_value(re.compile(r"^Vu le dirigeant\.\n\n\*\*Depuis la dernière fois"))
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Enregistrer la visite").dblclick()
    expect(phone.get_by_role("alert").filter(has_text=CUT)).to_have_count(1)
    phone.get_by_role("button", name="Renvoyer maintenant").click()
    expect(phone.get_by_role("alert").filter(has_text=CUT)).to_have_count(1)
    expect(body).to_have_value(re.compile(r"^Vu le dirigeant\."))
    assert "dirigeant" not in phone.evaluate(KEPT)
    assert_accessible(phone)
    phone.context.set_offline(False)
    expect(phone).to_have_url(re.compile(r"/visites/\d+$"))
    expect(phone.get_by_text("Vu le dirigeant.")).to_be_visible()
    assert written(Visit) == 1


def test_what_was_received_without_an_answer_is_not_written_twice(
    phone: Page, world: World
) -> None:
    enter(phone, world.alice, f"/entreprises/{world.siren_21}/echanges")
    lost: list[str] = []

    def lose_the_answer(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.request.url)
        route.fetch()
        return route.abort("connectionreset")

    phone.route(re.compile("/commentaires$"), lose_the_answer)
    phone.locator("summary", has_text="Écrire un commentaire").click()
    phone.get_by_role("radio", name=re.compile("^CODEFI 21, lisible par")).check(force=True)
    phone.get_by_label(re.compile("^Votre commentaire")).fill("Vu ce matin.")
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.get_by_role("alert").filter(has_text=CUT)).to_be_visible()
    phone.get_by_role("button", name="Renvoyer maintenant").click()
    expect(phone.locator("#liste-commentaires").get_by_text("Vu ce matin.")).to_have_count(1)
    assert written(Comment) == 1


def test_a_secret_that_is_shown_once_survives_a_double_click(page: Page, world: World) -> None:
    enter(page, world.alice, "/compte/jetons")
    page.get_by_label(re.compile("^Nom")).fill("Tableur fictif")
    page.get_by_role("checkbox").first.check(force=True)
    # Both clicks come before the first answer.
    page.evaluate("""() => {
      const button = [...document.querySelectorAll("button")].find((one) => one.textContent.includes("Créer le jeton"));
      button.click();
      setTimeout(() => button.click(), 10);
    }""")
    expect(page.get_by_label("Jeton", exact=True)).to_have_value(re.compile("^vigie_"))
