"""Holes 11 to 14: impersonation by a link, no barrier around the page, a commitment of the browser alone, secrets in logs."""

import re
import subprocess

import psycopg
import pytest
from flask import g
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import text

from app.accounts.models import Administration, Agent
from app.accounts.services import NewAccount, create_agent
from app.core.access.identity import Role
from app.core.access.permissions import Permission
from app.core.database.cluster import SUPERUSER, LocalCluster
from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event
from config import ROOT
from tests.factories.confidences import Confidences
from tests.factories.network import network_id, system
from tests.factories.people import World
from tests.support.client import InspectingClient, QuietClient
from tests.support.documents import parsed
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as
from tests.web.crawling import addresses, token

EMAIL, PASSPHRASE = "nouvelle@exemple.invalid", "une longue phrase de passe"
ATTACKS = ["[x](javascript:alert(1))", "[x](JaVaScRiPt&colon;alert(1))", "<javascript:alert(1)>",
           "[x](data:text/html;base64,PHNjcmlwdD4=)", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
           "[x][1]\n\n[1]: javascript:alert(1)", "[x](\x01javascript:alert(1))", "![x](https://ailleurs.invalid/x.png)",
           "[x](vbscript:x)", "<a href='java\tscript:alert(1)'>x</a>", "<svg/onload=alert(1)>"]  # fmt: skip
COMMITMENTS = {
    "never": "delete from commitment where agent_id = :agent",
    "three months and a day ago": "update commitment set accepted_at = now() - interval '93 days' where agent_id = :agent",
    "another text": "update commitment set version = '2020-01' where agent_id = :agent",
}


def test_hole_11_no_link_makes_anybody_look_as_somebody_else(
    client: InspectingClient, world: World
) -> None:
    """Impersonation was a GET: a picture in a comment would do."""
    for person in (world.admin, world.alice):
        sign_in_as(client, person)
        for path in (f"/agents/{world.carol}/voir-comme", "/voir-comme/fin"):
            assert client.get(path).status_code == 405
        page = client.page("/compte").get_text()
        assert "Carol" not in page


def test_hole_11_whoever_really_acts_is_the_actor_of_the_line(
    client: InspectingClient, world: World
) -> None:
    """The audit attributed acts to the impersonated user."""
    with system() as session:
        nobody = create_agent(
            session,
            NewAccount(
                email=EMAIL, first_name="Nouvelle", last_name="Fictif", administration=Administration.VIGIE
            ),
        ).id  # fmt: skip
    sign_in_as(client, world.admin)
    answer = client.submit(f"/agents/{nobody}/voir-comme", {}, page="/compte")
    assert answer.status_code == 303
    (line,) = journaled(Event.IMPERSONATION_STARTED)
    assert (line.actor_id, line.details["seen_as"]["agent"]) == (world.admin, nobody)


@pytest.mark.parametrize("attack", ATTACKS)
def test_hole_12_a_text_brings_no_script_and_no_picture_onto_the_page(
    client: InspectingClient, world: World, attack: str
) -> None:
    """Markdown was rendered without filtering links: `javascript:` in comments, and no CSP behind."""
    sign_in_as(client, world.alice)
    path = f"/entreprises/{world.siren_21}/commentaires"
    form = {"body": f"Avant {attack} après", "network_id": str(network_id("crp"))}
    assert client.submit(path, form).status_code == 303
    written = client.page(path).select_one("#liste-commentaires .vigie-text, .vigie-text")
    assert written is not None
    assert {
        tag.name for tag in written.find_all(["script", "img", "svg", "style", "iframe"])
    } == set()
    for link in written.find_all("a"):
        assert str(link.get("href", "https://")).startswith(("http://", "https://", "mailto:"))
    assert not [name for tag in written.find_all() for name in tag.attrs if name.startswith("on")]


def test_hole_12_pages_load_nothing_from_elsewhere_and_say_so_to_the_browser(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences
) -> None:
    """A script of a third party ran on every page, and no policy held it."""
    sign_in_as(browser, confidences.world.alice)
    for address in ("/", "/detections", "/accompagnements", "/compte", "/aide", "/perdu",
                    f"/entreprises/{confidences.world.siren_21}"):  # fmt: skip
        answer = browser.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        page = parsed(answer.text)
        loaded = [
            tag.get("src") or tag.get("href") for tag in page.select("script, link, img, iframe")
        ]
        assert all(str(target).startswith("/static/") for target in loaded), address


#: what is asked of oneself comes before
OF_ONESELF = {"", Permission.ACCOUNT_OWN, Permission.ACCOUNT_SECURE}


@pytest.mark.parametrize("signed", COMMITMENTS)
def test_hole_13_without_a_valid_commitment_no_page_fragment_export_nor_act(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences, signed: str
) -> None:
    """The acknowledgement was asked by the browser alone, and kept as one timestamp."""
    alice = confidences.world.alice
    sign_in_as(browser, alice)
    form = {"csrf_token": token(browser)}
    with system() as session:
        session.execute(text(COMMITMENTS[signed]), {"agent": alice})
    tried = 0
    for line, address in addresses(app, confidences.arguments, "GET", "POST"):
        if line.permission in OF_ONESELF:
            continue
        for headers in ({}, {"HX-Request": "true"}):
            sent = None if line.method == "GET" else form
            answer = browser.open(address, method=line.method, headers=headers, data=sent)
            target = answer.headers.get("HX-Redirect") or answer.location
            assert str(target).startswith("/engagement"), f"{line.method} {address}"
            assert answer.status_code == 303 or not answer.data, f"{line.method} {address}"
            tried += 1
    assert tried > 60


def test_hole_13_each_signature_is_kept_with_its_text(
    client: InspectingClient, world: World
) -> None:
    """One timestamp was overwritten at each acknowledgement."""
    sign_in_as(client, world.alice)
    for _ in range(2):
        assert client.submit("/engagement", {"accepted": "y"}).status_code == 303
    with system() as session:
        query = text("select version from commitment where agent_id = :agent")
        assert len(session.scalars(query, {"agent": world.alice}).all()) == 3


def test_hole_14_the_database_keeps_neither_passphrase_nor_token(
    client: InspectingClient, world: World, app: TransactionalFlask, cluster: LocalCluster
) -> None:
    """A full JWT was stored in a table of logs."""
    with system() as session:
        create_agent(
            session,
            NewAccount(
                email=EMAIL, first_name="Nouvelle", last_name="Fictif", roles=(Role.AGENT,),
                administration=Administration.DIRECCTE, password=PASSPHRASE,
            ),
        )  # fmt: skip
    client.submit("/connexion", {"email": EMAIL, "password": PASSPHRASE + " !"})
    answer = client.submit("/connexion", {"email": EMAIL, "password": PASSPHRASE})
    assert answer.status_code == 303
    cookies = [cookie.value for cookie in client._cookies.values()]
    dumped = whole_database(app, cluster)
    assert EMAIL in dumped
    for secret in (PASSPHRASE, token(client, page="/compte/second-facteur"), *cookies):
        assert len(secret) > 10
        assert secret not in dumped


def whole_database(app: TransactionalFlask, cluster: LocalCluster) -> str:
    """Every row of every table, as text."""
    name = app.config["VIGIE_ENDPOINTS"].owner_url.split("?")[0].rsplit("/", 1)[1]
    with psycopg.connect(host=str(cluster.socket_dir), user=SUPERUSER, dbname=name) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'")
        return "\n".join(
            str(row)
            for (table,) in tables.fetchall()
            for row in connection.execute(f"select t::text from {table} t").fetchall()
        )


def test_hole_14_no_link_starts_an_import_wherever_it_is_opened(
    client: InspectingClient, world: World
) -> None:
    """GET addresses ran imports, behind a list of IP addresses."""
    near = {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Forwarded": "for=127.0.0.1"}
    assert client.get("/donnees/lots", headers=near).status_code == 405
    assert client.post("/donnees/lots", headers=near).status_code == 401
    sign_in_as(client, world.alice)
    answer = client.submit("/donnees/lots", {}, page="/compte", headers=near)
    assert answer.status_code == 403
    with system() as session:
        assert session.scalar(text("select count(*) from procrastinate_jobs")) == 0


def test_hole_14_a_session_that_we_did_not_make_opens_nothing(
    client: InspectingClient, app: TransactionalFlask, world: World
) -> None:
    """The validity of a token's claims was tested to no effect."""
    with system() as session:
        uniquifier = session.get_one(Agent, world.alice).fs_uniquifier
    forged = URLSafeTimedSerializer("another key", salt="cookie-session").dumps(
        {"_user_id": uniquifier, "_fresh": True}
    )
    name = app.config["SESSION_COOKIE_NAME"]
    for value in (forged, "", "eyJhbGciOiJub25lIn0.e30.", str(world.alice), uniquifier):
        client.set_cookie(name, value)
        assert client.get("/compte").status_code == 401
    client.delete_cookie(name)
    sign_in_as(client, world.alice)
    assert client.get("/compte").status_code == 200


def test_hole_14_an_account_that_was_closed_has_no_session_left(
    client: InspectingClient, world: World
) -> None:
    """A token went on opening the doors of whoever had left."""
    sign_in_as(client, world.alice)
    assert client.get("/compte").status_code == 200
    with system() as session:
        session.get_one(Agent, world.alice).active = False
    # The requests of a test share one application context, where libraries keep whom they found.
    for name in list(g):
        g.pop(name)
    assert client.get("/compte").status_code == 401


def test_hole_14_no_key_is_committed() -> None:
    """An API key and a map token were in the repository."""
    shapes = r"-----BEGIN [A-Z ]*PRIVATE KEY|\b[ps]k\.eyJ|\bAKIA[0-9A-Z]{16}|\bgh[pousr]_\w{30}|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}"
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and "static/vendor" not in name:
            found = re.search(shapes, path.read_bytes().decode(errors="replace"))
            assert found is None, f"{name}: {found}"
