"""Holes 9 and 10: alerts and Urssaf figures shown to all of France, or without the habilitation that names them."""

import io
import zipfile

import pytest

from app.accounts.models import Administration, Agent
from app.core.access.identity import Nature, Role
from app.core.journal import Event
from scoring.vocabulary import Level
from tests.factories.confidences import Confidences
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system
from tests.factories.people import Grants, World
from tests.support.client import QuietClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

HTMX = {"HX-Request": "true"}
#: what only an alert or a figure of the Urssaf would say
ALERT = ("Alerte élevée", "alerte élevée", "1re alerte", "Dettes sociales")
DEBT = ("5\u202f678", "Dette Urssaf : 3,2 mois", "12\u202f000", "5678")


def an_agent(*natures: Nature) -> int:
    """A habilitated agent of Côte-d’Or, for these natures only."""
    with system() as session:
        validator = session.get_one(Agent, 1)
        return Grants(session, validator).agent(
            "restreint", Administration.DIRECCTE, [Role.AGENT], zone="21", networks=["codefi", "crp"],
            natures=[nature.value for nature in natures],
        )  # fmt: skip


def pages_of(confidences: Confidences) -> list[str]:
    """Every place where an alert or a figure could be read."""
    siren, siret = confidences.world.siren_21, confidences.world.siret_21
    list_id = confidences.arguments["list_id"]
    return [
        "/", "/fil", "/notifications", "/accompagnements", "/detections", f"/detections/{list_id}",
        f"/detections/{list_id}/export.xlsx", f"/detections/reponses/{confidences.arguments['entry_id']}/inexacte",
        f"/entreprises/{siren}", f"/entreprises/{siren}/fil", f"/etablissements/{siret}",
        "/recherche?q=forges", f"/recherche?q={siren}", "/detections?dette_min=1", "/detections?tri=dette",
        "/detections?niveau=elevee&departement=21",
    ]  # fmt: skip


def said(browser: QuietClient, path: str, headers: dict[str, str]) -> str:
    answer = browser.get(path, headers=headers)
    body = answer.get_data()
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "\n".join(book.read(name).decode() for name in book.namelist())
    return body.decode()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_hole_09_no_widget_list_or_search_shows_an_alert_of_another_zone(
    browser: QuietClient, confidences: Confidences, headers: dict[str, str]
) -> None:
    """Widgets, list enrichment and search showed alerts and Urssaf data of all of France."""
    sign_in_as(browser, confidences.world.stranger)
    for path in pages_of(confidences):
        page = said(browser, path, headers)
        assert not {word for word in DEBT if word in page}, path
        if "/detections" in path:
            # Its filters name the levels and the themes; no row is of another zone.
            assert confidences.world.siren_21 not in page, path
        else:
            assert not {word for word in ALERT if word in page}, path
    siren = confidences.world.siren_21
    sign_in_as(browser, confidences.world.alice)
    assert "5\u202f678" in said(browser, f"/entreprises/{siren}", headers)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize("page", ["/entreprises/{}", "/entreprises/{}/fil", "/etablissements/{}"])
def test_hole_09_each_page_about_a_firm_of_another_zone_leaves_its_trace(
    browser: QuietClient, world: World, page: str, headers: dict[str, str]
) -> None:
    """The out-of-zone log saw two HTML pages; the widgets told the same without trace."""
    number = world.siret_21 if "etablissements" in page else world.siren_21
    sign_in_as(browser, world.stranger)
    assert browser.get(page.format(number), headers=headers).status_code == 200
    (trace,) = journaled(Event.COMPANY_READ)
    assert (trace.actor_id, trace.siren) == (world.stranger, world.siren_21)
    assert trace.details["in_zone"] is False


def test_hole_10_who_is_not_habilitated_for_the_urssaf_reads_none_of_its_figures(
    browser: QuietClient, confidences: Confidences
) -> None:
    """The level of habilitation was stored and never used: level B users saw Urssaf debts."""
    sign_in_as(browser, an_agent(Nature.SCORE, Nature.ACTIVITE_PARTIELLE))
    for headers in ({}, HTMX):
        for path in pages_of(confidences):
            found = {word for word in DEBT if word in said(browser, path, headers)}
            assert not found, path
    assert "Alerte élevée" in browser.get(f"/entreprises/{confidences.world.siren_21}").text


def test_hole_10_who_is_not_habilitated_for_the_score_does_not_learn_who_is_in_alert(
    browser: QuietClient, confidences: Confidences
) -> None:
    """Each nature is its own right."""
    sign_in_as(browser, an_agent(Nature.URSSAF))
    assert (
        browser.get(
            f"/detections/reponses/{confidences.arguments['entry_id']}/inexacte"
        ).status_code
        == 404
    )
    for path in pages_of(confidences):
        if "/detections" not in path:
            assert "Alerte élevée" not in said(browser, path, {}), path
    # A colleague flagged the firm: its row stays, as a human signal and nothing more.
    exported = said(browser, f"/detections/{confidences.arguments['list_id']}/export.xlsx", {})
    assert "Forges" in exported
    assert "Alerte élevée" not in exported


def test_hole_10_filters_and_sorts_do_not_tell_what_the_page_hides(
    browser: QuietClient, confidences: Confidences
) -> None:
    """A filter on a hidden figure tells the figure."""
    world = confidences.world
    with system() as session:
        publish_list(
            session,
            Alerted(siren=world.siren_21_quiet, department="21", level=Level.ELEVEE, rank=2),
            Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE, rank=1),
        )
    sign_in_as(browser, an_agent(Nature.SCORE))
    for floor in ("1", "5000", "6000"):
        page = browser.get(f"/detections?dette_min={floor}").text
        assert "ignoré : non habilité" in page
        assert "Forges" in page, "the same list, whatever is asked of the debt"
    orders = set()
    for way in ("croissant", "decroissant"):
        page = browser.get(f"/detections?tri=dette&sens={way}", headers=HTMX).text
        assert "ignoré : non habilité" in page
        orders.add(tuple(sorted(("Forges", "Tissages"), key=page.index)))
    assert len(orders) == 1, "the debt has no say in the order"
