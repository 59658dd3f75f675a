"""A second factor, then the commitment: nothing else opens before, whatever the route, the method or the form of the answer."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from app.accounts import commitment
from app.accounts.models import Commitment, Method
from app.core.access.guard import Policy
from app.core.access.permissions import Permission
from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event
from app.core.now import at, utcnow
from tests.factories.accounts import give_passphrase
from tests.factories.confidences import Confidences
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import Tag, parsed
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

FIRM = "Forges fictives de Dijon"
FACTOR, COMMITMENT = "/compte/second-facteur", "/engagement"


@pytest.fixture
def confidences(confidences: Confidences) -> Confidences:
    """The firm about which much is known, and an Alice who signs in by a passphrase."""
    give_passphrase(confidences.world.alice)
    return confidences


@pytest.fixture
def browser(app: TransactionalFlask, fresh_database: dict[str, Any]) -> FlaskClient:
    """A client that inspects nothing."""
    return FlaskClient(app, app.response_class)


@pytest.fixture
def one_factor(confidences: Confidences, browser: FlaskClient) -> FlaskClient:
    """Alice with her passphrase alone."""
    return sign_in_as(browser, confidences.world.alice, Method.PASSPHRASE)


@pytest.fixture
def unsigned(confidences: Confidences, browser: FlaskClient) -> FlaskClient:
    """Alice with both factors, who has signed nothing."""
    unsign(confidences.world.alice)
    return sign_in_as(browser, confidences.world.alice)


def test_one_factor_opens_the_pages_that_add_another_and_nothing_else(
    app: TransactionalFlask, confidences: Confidences, one_factor: FlaskClient
) -> None:
    open_to_all = {Permission.ACCOUNT_SECURE}
    assert_closed(app, confidences, one_factor, gate=FACTOR, open_to_all=open_to_all)


def test_no_page_nor_write_about_firms_opens_before_the_commitment(
    app: TransactionalFlask, confidences: Confidences, unsigned: FlaskClient
) -> None:
    open_to_all = {Permission.ACCOUNT_SECURE, Permission.ACCOUNT_OWN}
    assert_closed(app, confidences, unsigned, gate=COMMITMENT, open_to_all=open_to_all)


@pytest.mark.parametrize(
    ("method", "gate"), [(Method.PASSPHRASE, FACTOR), (Method.PASSKEY, COMMITMENT)]
)
def test_a_refused_write_comes_back_as_a_draft(
    client: InspectingClient, world: World, method: Method, gate: str
) -> None:
    give_passphrase(world.alice)
    unsign(world.alice)
    sign_in_as(client, world.alice, method)
    path = f"/entreprises/{world.siren_21}/commentaires"
    answer = client.submit(path, {"body": "presque perdu"}, page=gate)
    assert (answer.status_code, answer.location) == (303, f"{gate}?next={path}")
    sign_in_as(client, world.alice)
    client.submit("/engagement", {"accepted": "y"})
    area = client.page(path).find("textarea", {"name": "body"})
    assert area is not None
    assert area.get_text().strip() == "presque perdu"


def test_one_leaves_the_demonstration_s_offer_for_later(
    app: TransactionalFlask, one_factor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "VIGIE", demonstration(app))
    assert FIRM in one_factor.get("/entreprises/100000009").text
    assert "Votre compte n’a pas de second facteur" in one_factor.get("/compte").text


def test_signing_leads_where_one_was_going_and_keeps_what_was_read(
    client: InspectingClient, world: World
) -> None:
    unsign(world.alice)
    client.sign_in(world.alice)
    assert client.get("/detections?niveau=elevee").location == (
        "/engagement?next=/detections?niveau%3Delevee"
    )
    refused = client.submit("/engagement", {})
    assert refused.status_code == 422
    assert "Cochez la case" in refused.text
    signed = client.submit("/engagement?next=/detections", {"accepted": "y"})
    assert (signed.status_code, signed.location) == (303, "/detections")
    client.page("/detections")
    (line,) = journaled(Event.COMMITMENT_ACCEPTED)
    page = client.page("/engagement").get_text()
    assert commitment.VERSION in page
    assert all(paragraph in page for paragraph in commitment.PARAGRAPHS)
    with system() as session:
        kept = session.query(Commitment).filter_by(agent_id=world.alice).one()
        assert kept.text_sha256 == sha256(commitment.TEXT.encode()).hexdigest()
        assert line.details == {"version": commitment.VERSION, "text_sha256": kept.text_sha256}


@pytest.mark.parametrize(("days", "status"), [(90, 200), (92, 303)])
def test_a_signature_holds_three_months(
    client: InspectingClient, world: World, days: int, status: int
) -> None:
    with at(utcnow() + timedelta(days=days)):
        client.sign_in(world.alice)
        assert client.get("/aide").status_code == 200
        assert client.get("/notifications").status_code == status


def test_the_signature_of_another_text_does_not_hold(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        session.execute(update(Commitment).values(version="2020-01"))
    client.sign_in(world.alice)
    assert client.get("/notifications").status_code == 303


def test_a_changed_text_is_another_version() -> None:
    digest = sha256(commitment.TEXT.encode()).hexdigest()
    known = {"2026-11": "87a1e19f798ba5f900e3e5a75d0adf99b48809358955d8bcf3f948612f9f10a3"}
    assert known[commitment.VERSION] == digest, "another text: give it another version"


def test_the_commitment_of_an_agent_is_theirs_to_sign(
    client: InspectingClient, world: World
) -> None:
    assert client.post("/engagement", data={"accepted": "y"}).status_code == 401
    unsign(world.alice)
    client.sign_in(world.bob)
    client.submit("/engagement", {"accepted": "y"})
    client.sign_in(world.alice)
    assert client.get("/").status_code == 303


def unsign(agent_id: int) -> None:
    with system() as session:
        session.execute(delete(Commitment).where(Commitment.agent_id == agent_id))


def demonstration(app: TransactionalFlask) -> object:

    return app.config["VIGIE"].replace(demo=True)


def assert_closed(
    app: TransactionalFlask,
    confidences: Confidences,
    browser: FlaskClient,
    *,
    gate: str,
    open_to_all: set[Permission],
) -> None:
    """Each route with another permission leads to ``gate``: page, fragment, poll and write."""
    token = {"X-CSRFToken": csrf_token(browser, gate)}
    walked = 0
    for method, address, permission in routes(app, confidences):
        if permission in open_to_all:
            continue
        walked += 1
        for headers in ({}, {"HX-Request": "true"}, {"HX-Request": "true", "X-Poll": "1"}):
            answer = browser.open(address, method=method, headers={**headers, **token})
            where = answer.headers.get("HX-Redirect") or answer.location or ""
            closed = where.startswith(gate) or (answer.status_code, answer.text) == (204, "")
            assert closed, f"{method} {address} {headers}: {answer.status_code} {where}"
            assert FIRM not in answer.text
    assert walked > 40


def routes(
    app: TransactionalFlask, confidences: Confidences
) -> Iterator[tuple[str, str, Permission]]:
    """Each method and address of a route that needs somebody."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            policy = app.policy_of(rule.endpoint)
            # No session opens the API, whatever it has passed: `test_api` asks it with one.
            if not isinstance(policy, Policy) or rule.endpoint.startswith("api."):
                continue
            values = {name: confidences.arguments.get(name, 1) for name in rule.arguments}
            built = rule.build(values)
            assert built is not None, rule.rule
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, built[1], policy.permission


def csrf_token(browser: FlaskClient, page: str) -> str:
    meta = parsed(browser.get(page).text).find("meta", {"name": "csrf-token"})
    assert isinstance(meta, Tag)
    return str(meta["content"])
