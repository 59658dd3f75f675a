"""Every page of the product in a real browser, as the person it is for: accessible in its four states, and no complaint of the browser."""

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.accounts.models import Agent
from app.core.identity import system_identity
from app.core.unit_of_work import unit_of_work
from app.detections.models import Level
from app.extensions import db
from tests.e2e.accessibility import assert_accessible
from tests.factories.cases import open_case
from tests.factories.companies import freshness, series
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import write_comment
from tests.factories.people import World
from tests.factories.visits import log_visit

PUBLIC = (
    "/connexion",
    "/accessibilite",
    "/mentions-legales",
    "/donnees-personnelles",
    "/aide",
    "/compte",
)
AGENT = (
    "/",
    "/detections",
    "/detections?niveau=elevee&departement=21",
    "/entreprises/{siren}",
    "/entreprises/{siren}/commentaires",
    "/entreprises/{siren}/fil",
    "/entreprises/{siren}/signalement",
    "/entreprises/300000007",
    "/etablissements/{siret}",
    "/etablissements/{siret}/visite",
    "/accompagnements",
    "/accompagnements/{case}",
    "/accompagnements/{case}/membres",
    "/accompagnements/{case}/cloture",
    "/visites/{visit}",
    "/recherche?q=forges",
    "/recherche?q=1234567890123",
    "/recherche?q=introuvable",
    "/notifications",
    "/compte",
    "/compte/notifications",
    "/donnees",
    "/impact",
    "/nulle-part",
)
MANAGER = ("/impact",)
SCIENTIST = ("/modele", "/donnees", "/")


@pytest.fixture
def places(world: World) -> dict[str, object]:
    """A firm with everything that can happen to it."""
    with unit_of_work(system_identity("tests")) as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE))
        freshness(session)
        for code in ("effectif", "cotisation", "dette_patronale"):
            series(session, world.siret_21, code, [float(month) for month in range(36)])
    case = open_case(world.alice, world.siret_21)
    visit = log_visit(world.alice, world.siret_21, to="codefi")
    write_comment(world.alice, world.siren_21, to="codefi")
    return {"siren": world.siren_21, "siret": world.siret_21, "case": case, "visit": visit}


def test_pages_for_everybody(page: Page, world: World) -> None:
    _visit(page, PUBLIC, {})


def test_pages_of_an_agent(page: Page, app: Flask, world: World, places: dict[str, object]) -> None:
    _sign_in(page, app, world.alice)
    _visit(page, AGENT, places)


def test_pages_of_a_manager_and_of_a_data_scientist(
    page: Page, app: Flask, world: World, places: dict[str, object]
) -> None:
    _sign_in(page, app, world.manager)
    _visit(page, MANAGER, places)
    _sign_in(page, app, world.scientist)
    _visit(page, SCIENTIST, places)


def _visit(page: Page, paths: tuple[str, ...], places: dict[str, object]) -> None:
    for path in paths:
        page.goto(path.format(**places))
        assert_accessible(page)


def _sign_in(page: Page, app: Flask, agent_id: int) -> None:
    """A session cookie such as the sign-in page gives; the page itself is tried in the whole loop."""
    with app.test_client() as client:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = db.session.get_one(Agent, agent_id).fs_uniquifier
            cookie["_fresh"] = True
        db.session.rollback()
        found = client.get_cookie("vigie")
        assert found is not None
    page.goto("/aide")
    page.context.add_cookies([{"name": "vigie", "value": found.value, "url": page.url}])
