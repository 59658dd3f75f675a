"""The main loop, by hand: sign in, list, firm, follow, accompagnement, visit, outcome, label, funnel."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import today
from app.labels.models import Label, LabelKind
from scoring.vocabulary import Level
from tests.e2e.accessibility import assert_accessible
from tests.factories import accounts
from tests.factories.detections import Alerted, publish_list
from tests.factories.people import World


@pytest.fixture
def listed(world: World) -> World:
    """The world with a published list."""
    with unit_of_work(system_identity("tests")) as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE))
    return world


STAGES = (
    "Détectées", "Contactées", "Rencontrées", "Difficulté confirmée", "Accompagnées", "Avec une issue",
)  # fmt: skip


def test_from_an_alert_to_a_measured_outcome(page: Page, listed: World) -> None:
    codes = {
        "alice@exemple.invalid": accounts.local_account(listed.alice).codes,
        "direction@exemple.invalid": accounts.local_account(listed.manager).codes,
    }
    _sign_in(page, codes, "direction@exemple.invalid")
    before = _funnel(page)
    _sign_out(page)

    _sign_in(page, codes, "alice@exemple.invalid")
    assert_accessible(page)
    page.get_by_role("link", name="Détections").first.click()
    assert_accessible(page)
    page.get_by_role("link", name="Forges fictives de Dijon").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Forges fictives de Dijon")
    assert_accessible(page)
    page.get_by_role("button", name="Suivre", exact=True).click()
    expect(page.get_by_role("button", name="Ne plus suivre")).to_be_visible()

    _open_case(page, listed)
    case_url = page.url
    _log_visit(page, listed)
    page.goto(case_url)
    _close_case(page, case_url)
    _sign_out(page)

    assert _labels(listed.siren_21) == {
        (LabelKind.SUPPORT_OPENED, ""),
        (LabelKind.VERDICT, "confirmee"),
        (LabelKind.SUPPORT_CLOSED, "stabilisee"),
        (LabelKind.OUTCOME, "stabilisee"),
    }
    _sign_in(page, codes, "direction@exemple.invalid")
    after = _funnel(page)
    assert_accessible(page)
    assert before == dict.fromkeys(STAGES, 0) | {"Détectées": 1}
    assert after == dict.fromkeys(STAGES, 1)


def _sign_in(page: Page, codes: dict[str, list[str]], email: str) -> None:
    page.goto("/connexion")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_role("textbox", name="Phrase de passe").fill(accounts.PASSPHRASE)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("textbox", name="Code").fill(codes[email].pop())
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour")


def _sign_out(page: Page) -> None:
    page.locator("summary.vigie-menu__button").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("button", name="Se connecter")).to_be_visible()


def _funnel(page: Page) -> dict[str, int]:
    """How many firms are at each stage, each figure with its definition behind it."""
    page.goto("/impact")
    shown = {}
    for tile in page.locator(".vigie-stat").all():
        label = tile.locator(".vigie-stat__label").inner_text().partition("\n")[0]
        tile.get_by_role("button", name=f"{label} : définition").click()
        expect(tile.get_by_text(re.compile(r"Définition n° \d"))).to_be_visible()
        shown[label] = int(tile.locator(".vigie-stat__value").inner_text())
    return {stage: shown[stage] for stage in STAGES}


def _open_case(page: Page, world: World) -> None:
    page.goto(f"/etablissements/{world.siret_21}/accompagnement")
    assert_accessible(page)
    page.get_by_role("radio", name="Criticité élevée").check(force=True)
    page.get_by_label(re.compile("^Contexte")).fill("Trésorerie tendue depuis l’été.")
    page.get_by_role("button", name=re.compile("Ouvrir")).click()
    expect(page).to_have_url(re.compile(r"/accompagnements/\d+"))
    assert_accessible(page)


def _log_visit(page: Page, world: World) -> None:
    page.goto(f"/etablissements/{world.siret_21}/visite")
    assert_accessible(page)
    # An answer without a verdict: the form comes back with what was typed and says what is missing.
    page.get_by_role("radio", name="Sur place").check(force=True)
    page.get_by_role("radio", name="L’entreprise a répondu").check(force=True)
    page.get_by_role("radio", name=re.compile("^CODEFI 21, lisible par")).check(force=True)
    page.get_by_label(re.compile("^Compte rendu")).fill(
        "Le dirigeant confirme une baisse des commandes."
    )
    page.get_by_role("button", name=re.compile("Enregistrer")).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label(re.compile("^Compte rendu"))).to_have_value(
        "Le dirigeant confirme une baisse des commandes."
    )
    assert_accessible(page)
    page.get_by_role("radio", name="Difficulté confirmée").check(force=True)
    page.get_by_role("button", name=re.compile("Enregistrer")).click()
    expect(page).to_have_url(re.compile(r"/visites/\d+$"))
    assert_accessible(page)


def _close_case(page: Page, case_url: str) -> None:
    page.goto(f"{case_url}/cloture")
    assert_accessible(page)
    page.get_by_role("radio", name="Entreprise stabilisée").check(force=True)
    page.get_by_label(re.compile("^Date de l’issue")).fill(today().isoformat())
    page.get_by_role("button", name=re.compile("lôturer|Terminer|Clore")).click()
    expect(page).to_have_url(re.compile(r"/accompagnements/\d+$"))
    expect(page.get_by_text("Entreprise stabilisée").first).to_be_visible()
    assert_accessible(page)


def _labels(siren: str) -> set[tuple[LabelKind, str]]:
    with unit_of_work(system_identity("tests")) as session:
        rows = session.execute(select(Label.kind, Label.value).where(Label.siren == siren))
        return {(row.kind, row.value) for row in rows}
