"""Bytes that mean nothing, in every parameter of every address: an answer that says so, never an error of the server.

Each address gets a share of them, the next one the next share: what reads them is the same code. `bench.attack` sends them all.
"""

import itertools
from collections.abc import Sequence

import pytest

from app.core.database.unit_of_work import TransactionalFlask
from tests.factories.confidences import Confidences
from tests.support.attack import SHARE, drawn_bytes, drawn_texts
from tests.support.client import QuietClient
from tests.support.readers import sign_in_as
from tests.web.crawling import addresses, token

#: as they stand in an address, encoded or not
BYTES = ("a%00b", "%ff%ed%a0%80", "%", "%0d%0aX-Injected:1", "%e2%80%ae", "..%2f..%2fetc%2fpasswd", "{{7*1910007}}",
         "9" * 400, *drawn_bytes())  # fmt: skip
#: every parameter that some page reads, and one that none does
NAMES = ("q", "suite", "next", "formulaire", "etablissements", "curseur", "niveau", "nouveaute", "departement", "section",
         "procedure", "suivi", "effectif_min", "effectif_max", "dette_min", "dette", "effectif", "activite_partielle", "comptes",
         "source", "tri", "sens", "etat", "reseau", "criticite", "du", "au", "depuis", "jusqu_au", "inconnu", "csrf_token")  # fmt: skip
TEXTS = (
    "a\x00b\x85",
    "\ud800",
    "é" + "e" * 6_000,
    "9" * 400,
    "-1",
    "NaN",
    "{{7*1910007}}",
    *drawn_texts(),
)
FIELDS = ("body", "network_id", "criticality", "context", "state", "reason", "agent_id", "role", "outcome", "occurred_on",
          "jobs_at_stake", "jobs_kept", "comment", "level", "visited_on", "channel", "contact_result", "verdict", "nature",
          "severity", "people_met", "next_step", "next_step_on", "reasons", "source", "as_of", "accepted",
          "mail_pace", "notification_id", "email", "password", "next", "resume")  # fmt: skip
#: a valid beginning, so that what comes after it is read
VALID = {
    "criticality": "none", "state": "en_cours", "role": "participant", "outcome": "stabilisee", "channel": "visio",
    "occurred_on": "2026-01-05", "level": "all", "visited_on": "2026-01-05", "contact_result": "refus", "body": "x",
    "source": "interne", "comment": "x",
}  # fmt: skip
PEOPLE = ("alice", "scientist")
#: each wrong secret is counted there, and one of its answers is the same whatever it is: `test_links_attacked` tries them
COUNTED = "/reponse/"
LEAVING = frozenset({"/deconnexion", "/connexion"})


@pytest.mark.writes_nothing
@pytest.mark.parametrize("person", PEOPLE)
def test_no_bytes_in_an_address_break_a_page(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences, person: str
) -> None:
    enter(browser, confidences, person)
    for place, (_line, address) in enumerate(addresses(app, confidences.arguments, "GET")):
        path = address.partition("?")[0]
        for chunk in some(BYTES, place):
            query = "&".join(f"{name}={chunk}" for name in NAMES)
            answer = browser.get(f"{path}?{query}")
            assert answer.status_code < 500, f"{path} {chunk}"
            assert "X-Injected" not in answer.headers
            if answer.mimetype == "text/html":
                assert "13370049" not in answer.text, f"{path} {chunk}"


@pytest.mark.writes_nothing
@pytest.mark.parametrize("person", PEOPLE)
def test_no_bytes_in_place_of_an_identifier_break_a_page(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences, person: str
) -> None:
    enter(browser, confidences, person)
    form = {"csrf_token": token(browser)}
    marks = {name: f"zz{number}zz" for number, name in enumerate(confidences.arguments)}
    for place, (line, _) in enumerate(addresses(app, confidences.arguments, "GET", "POST")):
        for chunk in some(BYTES, place):
            path = line.route
            for converter, name in itertools.product(("", "int:"), marks):
                path = path.replace(f"<{converter}{name}>", chunk)
            path = path.replace("<any(csv, xlsx):kind>", chunk)
            if path == line.route or path.startswith(COUNTED):
                break
            answer = browser.open(
                path, method=line.method, data=form if line.method == "POST" else None
            )
            assert answer.status_code in {400, 401, 403, 404, 405, 308}, (
                f"{path}: {answer.status_code}"
            )


@pytest.mark.parametrize("person", PEOPLE)
def test_no_text_in_a_form_breaks_a_page(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences, person: str
) -> None:
    enter(browser, confidences, person)
    form = {"csrf_token": token(browser)}
    for place, (_line, address) in enumerate(addresses(app, confidences.arguments, "POST")):
        if address in LEAVING:
            continue
        for said in some(TEXTS, place):
            hostile = {name: said.encode("utf-8", "surrogatepass") for name in FIELDS}
            for sent in (hostile, {**hostile, **VALID}):
                answer = browser.post(address, data={**sent, **form})
                assert answer.status_code < 500, f"{address} {said!r}"


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "\xff",
    ],
)
def test_a_body_of_any_kind_is_refused_without_breaking(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences, kind: str
) -> None:
    enter(browser, confidences, "alice")
    proof = {"X-CSRFToken": token(browser)}
    for _line, address in addresses(app, confidences.arguments, "POST"):
        if address in LEAVING:
            continue
        for body in (
            b"",
            b"{",
            b"\x00\xff",
            b'--x\r\nContent-Disposition: form-data; name="body\xff"\r\n\r\n\xff\r\n--x--',
        ):
            answer = browser.post(address, data=body, content_type=kind, headers=proof)
            assert answer.status_code < 500, f"{address} {kind} {body!r}"


@pytest.mark.writes_nothing
@pytest.mark.parametrize(
    ("name", "value"),
    [("HX-Request", "\xff"), ("HX-Current-URL", "javascript:x"), ("Range", "bytes=9-1,-"), ("If-Modified-Since", "\xe9"),
     ("Accept-Language", "a" * 9000), ("Cookie", "vigie=\xff\x01; scheme=<x>"), ("Content-Length", "-1"), ("Sec-Fetch-Site", "\xff"),
     ("Referer", "http://[::1"), ("X-CSRFToken", "\xff"), ("If-None-Match", '"' * 500), ("Authorization", "Basic \xff")],
)  # fmt: skip
def test_no_header_breaks_a_page(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences, name: str, value: str
) -> None:
    enter(browser, confidences, "alice")
    for _line, address in addresses(app, confidences.arguments, "GET"):
        answer = browser.get(address, headers={name: value})
        assert answer.status_code < 500, f"{address} {name}"
        assert b"<x>" not in answer.get_data()


def enter(browser: QuietClient, confidences: Confidences, person: str) -> None:
    """Sign in as somebody of the world."""
    sign_in_as(browser, getattr(confidences.world, person))


def some(values: Sequence[str], place: int) -> Sequence[str]:
    """A share of ``values``, another one for the next address."""
    return values[place % SHARE :: SHARE]
