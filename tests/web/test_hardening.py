"""What every answer carries and every request must prove, over every address."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core import logging as logs
from app.core.access.guard import Public
from app.core.database.unit_of_work import TransactionalFlask
from app.core.web.answers import CONTENT_SECURITY_POLICY, FEATURES
from app.core.web.answers import OPEN as FOR_A_WHILE
from app.extensions import db
from config import Config
from config.web import flask_settings, hosts_of
from tests.factories.confidences import Confidences
from tests.factories.people import World
from tests.support.client import InspectingClient, QuietClient
from tests.support.readers import sign_in_as, sign_out
from tests.web.crawling import addresses, published, token

HTTPS = "https://localhost"
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.format(forms="'self'"),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
ELSEWHERE = (
    "https://ailleurs.invalid/",
    "//ailleurs.invalid",
    "/\\ailleurs.invalid",
    "/\t/ailleurs.invalid",
)
DIRECTIONS = ("next", "url", "suite", "retour", "formulaire", "target", "redirect", "q")
#: what an e-mail proves, in place of a session and of its token: whoever delivers it asks with neither
SIGNED = frozenset(
    {
        "stops.from_mail",
        # The form bears a signed pass of its own, and acts for nobody.
        "guichet.index",
        "guichet_landings.show",
        # The secret of the address is what proves whose the form is.
        *(f"guichet_follow_up.{act}" for act in ("withdraw", "opinion", "renew")),
        *(f"links.{act}" for act in ("take", "decline", "close", "write", "contact", "renew")),
    }
)
#: what is the same for everybody, and may be kept
OPEN = frozenset({"algorithm.card", "algorithm.record", "algorithm.show", "openly.security"})
#: without anybody to write to, or a model in service, there is no such file
ABSENT = frozenset({"algorithm.card", "metrics.show", "openly.security"})
#: what begins the addresses that hold a secret
SECRET_ADDRESSES = ("/reponse/", "/guichet/suivi/")
#: the pages that a partner holds in one of theirs: from their origin, and no other
FRAMED = ("/guichet/tresorerie", "/guichet/tresorerie/merci")
HELD_BY_A_PARTNER = {
    "Content-Security-Policy": ALWAYS["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors https://www.partenaire.invalid"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
#: between them, they may open every address
PEOPLE = ("alice", "manager", "scientist")
#: not written here in one piece: the log shows lines of code
SECRET = "confidence".swapcase()


def assert_protected(answer: TestResponse, where: str) -> None:
    # An address that is a secret is told to nobody, not even to ourselves; what is no page of it says nothing else.
    path = answer.request.path
    is_secret = path.startswith(SECRET_ADDRESSES) and answer.status_code != 405
    always = ALWAYS | ({"Referrer-Policy": "no-referrer"} if is_secret else {})
    if path in FRAMED and answer.request.method in ("GET", "HEAD"):
        always |= HELD_BY_A_PARTNER
    for name, value in always.items():
        assert answer.headers.getlist(name) == [value], f"{where}: {name}"
    policy = answer.headers["Permissions-Policy"]
    assert policy.count("=()") == len(FEATURES) > 30, where
    assert "*" not in policy, where
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers


@pytest.mark.writes_nothing
@pytest.mark.parametrize("person", [*PEOPLE, None])
def test_every_answer_is_protected_and_none_is_kept(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences, person: str | None
) -> None:
    """Pages, refusals, redirections, downloads, fragments, HEAD and OPTIONS, with or without a session."""
    sign_in_as(browser, getattr(confidences.world, person)) if person else sign_out(browser)
    for line, address in addresses(app, confidences.arguments, "GET", "POST"):
        refused = () if line.endpoint in SIGNED else ("POST",)
        # HEAD is GET without a body: asked by one of them.
        head = ("HEAD",) if person == PEOPLE[0] else ()
        for method in ("GET", *head, "OPTIONS", *refused):
            answer = browser.open(address, method=method, base_url=HTTPS)
            where = f"{method} {address}: {answer.status_code}"
            assert_protected(answer, where)
            kept = line.endpoint in OPEN and answer.status_code == 200 and method != "OPTIONS"
            assert answer.headers["Cache-Control"] == (FOR_A_WHILE if kept else "no-store"), where


def test_static_files_unchanged_answers_and_lost_addresses_are_protected_too(
    app: TransactionalFlask, browser: QuietClient, world: World
) -> None:
    address = published(app, "css/app.css")
    style = browser.get(address, base_url=HTTPS)
    same = browser.get(address, base_url=HTTPS, headers={"If-None-Match": style.headers["ETag"]})
    refused = browser.post(address, base_url=HTTPS)
    assert (style.status_code, same.status_code, refused.status_code) == (200, 304, 405)
    sign_in_as(browser, world.alice)
    counter = browser.get("/notifications/compteur", base_url=HTTPS)
    unchanged = browser.get("/notifications/compteur", base_url=HTTPS, headers={"If-None-Match": counter.headers["ETag"]})  # fmt: skip
    assert unchanged.status_code == 304
    lost = browser.get("/nulle-part", base_url=HTTPS)
    foreign = browser.get("/aide", headers={"Host": "ailleurs.invalid"}, base_url=HTTPS)
    for answer in (style, same, refused, counter, unchanged, lost, foreign):
        assert_protected(answer, str(answer.request.path))


def test_without_encryption_no_promise_of_encryption(browser: QuietClient) -> None:
    assert "Strict-Transport-Security" not in browser.get("/aide").headers


@pytest.mark.writes_nothing
@pytest.mark.parametrize("person", PEOPLE)
def test_no_write_without_a_token_of_ones_own_session(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences, person: str
) -> None:  # fmt: skip
    sign_in_as(browser, confidences.world.bob)
    borrowed = token(browser)
    sign_in_as(browser, getattr(confidences.world, person))
    mine = token(browser)
    for line, address in addresses(app, confidences.arguments, "POST"):
        if line.endpoint in SIGNED:
            continue
        for forged in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": borrowed}):
            answer = browser.post(address, data={"body": "x", **forged})
            assert answer.status_code == 400, address
        in_the_address = browser.post(f"{address}?csrf_token={mine}", data={"body": "x"})
        assert in_the_address.status_code == 400, address
        for origin in ("cross-site", "same-site"):
            answer = browser.post(address, data={"csrf_token": mine}, headers={"Sec-Fetch-Site": origin})  # fmt: skip
            assert answer.status_code == 403, address


@pytest.mark.writes_nothing
def test_no_other_method_does_anything_nor_is_one_put_in_place_of_another(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences
) -> None:
    sign_in_as(browser, confidences.world.alice)
    form = {"csrf_token": token(browser)}
    for line, address in addresses(app, confidences.arguments, "GET"):
        for method in ("PUT", "PATCH", "DELETE", "BREW"):
            answer = browser.open(address, method=method, data=form)
            assert answer.status_code == 405, f"{method} {address}"
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            answer = browser.get(f"{address}?_method=POST", headers={name: "POST"})
            assert answer.status_code < 404 or line.endpoint in ABSENT, f"{name} {address}"


@pytest.mark.writes_nothing
@pytest.mark.parametrize("person", ["alice", None])
def test_no_address_leads_to_another_site(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences, person: str | None
) -> None:
    sign_in_as(browser, confidences.world.alice) if person else sign_out(browser)
    for _line, address in addresses(app, confidences.arguments, "GET"):
        for target in ELSEWHERE:
            path = address.partition("?")[0]
            answer = browser.get(path, query_string=dict.fromkeys(DIRECTIONS, target))
            location = answer.headers.get("Location", "/")
            assert location.startswith("/"), f"{address}: {location}"
            assert not location.startswith(("//", "/\\", "/\t")), f"{address}: {location}"
    for path in (
        "//ailleurs.invalid/aide",
        "///ailleurs.invalid",
        "/\\ailleurs.invalid",
        "/%2f/ailleurs.invalid/aide",
    ):
        location = browser.get(path).headers.get("Location", "/")
        assert not location.startswith(("//", "/\\")), path
        assert "://ailleurs" not in location, path


@pytest.mark.writes_nothing
@pytest.mark.parametrize(
    "host",
    [
        "ailleurs.invalid",
        "localhost.ailleurs.invalid",
        "ailleurs.invalid#localhost",
        "a b",
        "localhost:x",
    ],
)
def test_a_name_that_is_not_ours_gets_nothing(
    app: TransactionalFlask, browser: QuietClient, world: World, host: str
) -> None:
    sign_in_as(browser, world.alice)
    for path in ("/", "/aide", published(app, "css/app.css"), "/connexion"):
        answer = browser.get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert "ailleurs" not in answer.text
        assert "Vigie ne répond pas à ce nom" in answer.text


def test_in_production_only_declared_names_are_answered_to(tmp_path: Path) -> None:
    config = Config(
        home=tmp_path, secret_key="x", journal_key="x", production=True,
        public_url="https://vigie.exemple.invalid:8443/", trusted_hosts=("interne.exemple.invalid",),
    )  # fmt: skip
    assert hosts_of(config) == ["vigie.exemple.invalid", "interne.exemple.invalid"]
    assert "127.0.0.1" in hosts_of(config.replace(production=False))


def test_the_cookie_is_for_this_site_alone_and_for_no_script(tmp_path: Path) -> None:
    private = Config(home=tmp_path, secret_key="x", journal_key="x", public_url=HTTPS)
    settings = flask_settings(private)
    assert settings["SESSION_COOKIE_NAME"] == "__Host-vigie"
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings.get("SESSION_COOKIE_DOMAIN") is None
    assert settings.get("SESSION_COOKIE_PATH", "/") == "/"


def test_every_cookie_that_is_set_is_http_only_and_lax(browser: QuietClient) -> None:
    cookies = browser.get("/connexion").headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain=" not in cookie


class TalkativeError(RuntimeError):
    """An error whose message holds what an agent wrote."""


def crash() -> str:
    """Fail as a page could: on a statement that repeats what it was given."""
    try:
        db.session.execute(text("select cast(:said as integer)"), {"said": SECRET})
    except Exception as error:
        raise TalkativeError(SECRET) from error
    return ""


crash.policy = Public("pour ce test")  # type: ignore[attr-defined]


def test_an_error_shows_a_number_and_the_log_says_where_without_what_was_written(
    app: TransactionalFlask, client: InspectingClient, world: World,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setitem(app.view_functions, "about.help_page", crash)
    logs.configure(production=True)
    sign_in_as(client, world.alice)
    answer = client.get(f"/aide?q={SECRET}")
    assert answer.status_code == 500
    for inside in (
        "Traceback",
        "confidence",
        "select",
        "psycopg",
        "Secret",
        "test_hardening",
        "cast(",
    ):
        assert inside not in answer.text, inside
    number = answer.headers["X-Request-Id"]
    assert number in client.get("/aide").text or number in answer.text
    written = capsys.readouterr().err
    assert number in written
    assert "test_hardening.py" in written
    assert "InvalidTextRepresentation" in written
    for secret in (SECRET, "csrf_token", "Cookie"):
        assert secret not in written, secret


def test_a_request_too_large_is_refused_with_a_sentence(browser: QuietClient, world: World) -> None:
    sign_in_as(browser, world.alice)
    sent = {"csrf_token": token(browser), "body": "a" * (33 * 1024 * 1024)}
    answer = browser.post(f"/entreprises/{world.siren_21}/commentaires", data=sent)
    assert answer.status_code == 413
    assert "Réduisez-le" in answer.text


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
TOO_MUCH = {
    "fields": {f"field{number}": "" for number in range(1_200)},
    "text": {"body": "secret d’agent " * 150_000},
    "texts": {f"field{number}": "secret d’agent " * 9_000 for number in range(20)},
    "names": {f"secret d’agent {number}" * 9_000: "" for number in range(20)},
}


def written(fields: dict[str, str], kind: str) -> tuple[bytes, dict[str, str]]:
    """A form as a browser sends it, and its headers."""
    if kind == FORMS[0]:
        return urlencode(fields).encode(), {"Content-Type": kind}
    part = '--limite\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    parts = "".join(part.format(name, value) for name, value in fields.items())
    return f"{parts}--limite--\r\n".encode(), {"Content-Type": f"{kind}; boundary=limite"}


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("what", TOO_MUCH)
def test_a_form_too_large_is_refused_with_a_sentence_and_not_repeated(
    browser: QuietClient, world: World, what: str, kind: str, signed_in: bool
) -> None:
    sign_in_as(browser, world.alice) if signed_in else sign_out(browser)
    address = f"/entreprises/{world.siren_21}/commentaires"
    sent, headers = written(TOO_MUCH[what], kind)
    answer = browser.post(address, data=sent, headers=headers)
    assert answer.status_code == 413
    assert "Réduisez-le" in answer.text
    assert "secret d" not in answer.text
    assert len(answer.data) < 50_000


def test_an_address_too_long_is_refused(browser: QuietClient, world: World) -> None:
    answer = browser.get("/aide?" + "&".join(f"q{number}=x" for number in range(1_000)))
    assert answer.status_code == 414
    assert "trop longue" in answer.text
