"""Guichets of themes: kept by few, shown in the pages of the sites they name and of no other, without a session."""

import pytest
from sqlalchemy import select

from app.core.errors import DomainError
from app.core.journal import Event
from app.referrals.needs.models import Solicitation
from tests.factories.guichet import (
    PARTNER,
    fields_of,
    first_page,
    later,
    plant_landing,
    second_page,
)
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient, QuietClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as


def test_it_is_held_by_the_sites_it_names_alone_and_needs_no_cookie(
    browser: QuietClient, world: World
) -> None:
    landing_id = plant_landing(world.team)
    # In the page of a partner, the browser keeps no cookie of ours.
    guest = QuietClient(browser.application, browser.response_wrapper, use_cookies=False)
    page = guest.get("/guichet/tresorerie")
    policy = page.headers["Content-Security-Policy"]
    assert f"frame-ancestors {PARTNER}" in policy
    assert "frame-ancestors 'none'" not in policy
    assert page.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "X-Frame-Options" not in page.headers
    assert "Un souci de trésorerie ?" in page.text
    assert "Un client ne me paie pas" not in page.text
    second = guest.post("/guichet/tresorerie", data={**fields_of(page.text), **first_page()})
    assert f"frame-ancestors {PARTNER}" in second.headers["Content-Security-Policy"]
    sent = {**fields_of(second.text), **second_page()}
    with later():
        # As a browser says it of a form in a frame: the document that sends it is ours.
        done = guest.post(
            "/guichet/tresorerie", data=sent, headers={"Sec-Fetch-Site": "same-origin"}
        )
    assert done.location == "/guichet/tresorerie/merci"
    thanks = guest.get(done.location)
    assert f"frame-ancestors {PARTNER}" in thanks.headers["Content-Security-Policy"]
    with system() as session:
        assert session.scalars(select(Solicitation.landing_id)).one() == landing_id
    for path in ("/guichet", "/guichet/merci", "/connexion", "/guichet/inconnu"):
        assert "frame-ancestors 'none'" in browser.get(path).headers["Content-Security-Policy"], (
            path
        )


def test_a_form_of_another_site_is_not_followed(browser: QuietClient, world: World) -> None:
    plant_landing(world.team)
    answer = browser.post("/guichet/tresorerie", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "origins",
    [
        "http://www.partenaire.invalid", "https://*.partenaire.invalid", "https://a.invalid/chemin", "*", "'self'",
        "https://a.invalid;script-src", "https://moi@a.invalid", "https://a.invalid:99999", "data:", "https://localhost",
    ],
)  # fmt: skip
def test_what_is_no_https_origin_never_reaches_a_policy(world: World, origins: str) -> None:
    with pytest.raises(DomainError) as refused:
        plant_landing(world.team, origins=origins)
    assert refused.value.field == "origins"


def test_its_keepers_open_change_and_archive_it(client: InspectingClient, world: World) -> None:
    sign_in_as(client, world.team)
    new = "/annuaire/guichets/nouveau"
    for slug in ("merci", "Trésorerie", ""):
        refused = client.submit(new, {"title": "Un souci ?", "slug": slug})
        assert refused.status_code == 422
        assert 'value="Un souci ?"' in refused.text
    said = {
        "title": "Un souci ?",
        "slug": "souci",
        "origins": f"{PARTNER}/\nhttps://b.invalid:8443",
    }
    assert client.submit(new, said).status_code == 303
    assert client.submit(new, said).status_code == 422
    (line,) = client.page("/annuaire/guichets").select("tbody tr")
    assert f"{PARTNER}, https://b.invalid:8443" in line.get_text()
    path = str(line.select("a")[0]["href"])
    client.submit(path, {**said, "title": "Un autre souci ?"})
    assert "Un autre souci ?" in client.get("/annuaire/guichets").text
    client.submit(f"{path}/archivage", {}, page="/annuaire/guichets")
    assert client.get("/guichet/souci").status_code == 404
    client.submit(f"{path}/archivage", {}, page="/annuaire/guichets")
    assert len(journaled(Event.LANDING_CHANGED)) == 4
    sign_in_as(client, world.alice)
    for forbidden in ("/annuaire/guichets", new, path):
        assert client.get(forbidden).status_code == 403
