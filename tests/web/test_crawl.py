"""Every address, opened by every kind of person: the answer is the policy's, and no secret goes further than its readers."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import NullPool, create_engine, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.core.access import Policy, Public
from app.core.database import DATABASE
from app.core.errors import NotFoundError
from app.core.identity import Identity
from app.core.localpg import SUPERUSER, LocalCluster
from app.core.permissions import permits
from app.core.scope import acting_as
from app.core.unit_of_work import TransactionalFlask
from app.extensions import db
from tests.factories.confidences import Confidences, confide
from tests.factories.network import system, unfollow
from tests.factories.people import World, identity
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as, sign_out

PEOPLE = (
    "alice",
    "bob",
    "carol",
    "stranger",
    "manager",
    "admin",
    "scientist",
    "controller",
    "nobody",
)
SHOWN = frozenset({200, 302, 303})
HTMX = {"HX-Request": "true"}
#: queries that make a page show as much as it can
QUERIES = {"search.results": "?q=forges"}
#: said of other firms too, or of the page itself
ONLY_OF_THE_FIRM = frozenset({"Difficulté confirmée"})
#: what one looked for, and what one did, names firms whose identity is public
OF_ONESELF = frozenset({"readers.own", "search.results"})
FIRM = "Forges fictives de Dijon"


class QuietClient(InspectingClient):
    """The shape of pages is looked at elsewhere: here they are many."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        """Send a request, and close the files of the answer."""
        kwargs.setdefault("buffered", True)
        return FlaskClient.open(self, *args, **kwargs)  # type: ignore[arg-type]


@pytest.fixture
def confidences(world: World) -> Confidences:
    """The firm about which much is known."""
    return confide(world)


@pytest.fixture
def browser(app: TransactionalFlask) -> QuietClient:
    """A client that inspects nothing."""
    return QuietClient(app, app.response_class)


@pytest.mark.parametrize("person", PEOPLE)
def test_each_address_answers_each_person_as_its_policy_says(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences, person: str
) -> None:
    who = _enter(browser, confidences, person)
    for rule, address in _addresses(app, confidences):
        expected = _expected(app, rule, who, confidences)
        answer = browser.get(address)
        assert answer.status_code in expected, f"{person} {address}: {answer.status_code}"


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_no_secret_goes_further_than_its_readers(
    app: TransactionalFlask,
    browser: QuietClient,
    confidences: Confidences,
    person: str,
    headers: dict[str, str],
) -> None:
    who = _enter(browser, confidences, person)
    seen: set[str] = set()
    for rule, address in _addresses(app, confidences):
        said = _said(browser.get(address, headers=headers))
        told = {secret for secret in confidences.readers if secret in said}
        told -= {_requested(address)}
        if rule.endpoint == "impact.funnel":
            told -= ONLY_OF_THE_FIRM
        seen |= told
        forbidden = {secret for secret in told if not _may_read(who, confidences, secret)}
        assert not forbidden, f"{person} {address}: {forbidden}"
    if not headers:
        mine = {secret for secret in confidences.readers if _may_read(who, confidences, secret)}
        assert mine == seen, "a secret nobody is shown proves nothing"


@pytest.mark.parametrize("person", ["stranger", "admin", "scientist", "controller", "nobody"])
def test_the_name_of_the_firm_is_read_on_public_pages_only(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences, person: str
) -> None:
    """Its identity is public for whoever is habilitated; that it is in alert, accompanied or visited is not."""
    # What one follows is on one's own page.
    unfollow(confidences.world.stranger, confidences.world.siren_21)
    who = _enter(browser, confidences, person)
    for rule, address in _addresses(app, confidences):
        is_public = rule.arguments & {"siren", "siret"} or rule.endpoint in OF_ONESELF
        if who is not None and who.is_habilitated and is_public:
            continue
        for headers in ({}, HTMX):
            assert FIRM not in _said(browser.get(address, headers=headers)), f"{person} {address}"


def test_the_lists_of_a_stranger_count_nothing_of_others(
    browser: QuietClient, confidences: Confidences
) -> None:
    counters = []
    for person in ("scientist", "stranger", "carol"):
        _enter(browser, confidences, person)
        counters.append(browser.get("/notifications/compteur").get_data(as_text=True))
    assert counters[0] == counters[1] != counters[2]
    _enter(browser, confidences, "stranger")
    for address, empty in (
        ("/accompagnements", "Aucun accompagnement"),
        ("/fil", "Rien de nouveau"),
        ("/notifications", "Aucune notification"),
        ("/detections", "Aucune entreprise"),
    ):
        assert empty in _said(browser.get(address)), address


def test_asking_for_the_head_answers_as_the_page_without_its_body(
    app: TransactionalFlask, browser: QuietClient, confidences: Confidences
) -> None:
    _enter(browser, confidences, "bob")
    for _rule, address in _addresses(app, confidences):
        head = browser.head(address)
        assert head.status_code == browser.get(address).status_code, address
        assert head.get_data() == b"", address


def test_reading_every_page_writes_nothing_but_the_journal(
    app: TransactionalFlask,
    browser: QuietClient,
    confidences: Confidences,
    cluster: LocalCluster,
) -> None:
    _enter(browser, confidences, "alice")
    before = _digests(app, cluster)
    for _rule, address in _addresses(app, confidences):
        browser.get(address)
    after = _digests(app, cluster)
    changed = {table for table, digest in before.items() if after[table] != digest}
    assert "journal_head" in changed
    assert {table for table in changed if not table.startswith("journal")} == set()


def _enter(browser: QuietClient, confidences: Confidences, person: str) -> Identity | None:
    if person == "nobody":
        sign_out(browser)
        return None
    agent_id: int = getattr(confidences.world, person)
    with system() as session:
        who = identity(session, agent_id)
    sign_in_as(browser, agent_id)
    return who


def _addresses(app: TransactionalFlask, confidences: Confidences) -> Iterator[tuple[Rule, str]]:
    """Each rule that answers GET, with an address of the firm; a new kind of argument must be added to the factory."""
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if rule.methods is None or "GET" not in rule.methods or rule.endpoint == "static":
                continue
            missing = rule.arguments - confidences.arguments.keys()
            assert not missing, f"{rule.rule}: no value for {missing}"
            values = {name: confidences.arguments[name] for name in rule.arguments}
            built = rule.build(values)
            assert built is not None, rule.rule
            yield rule, built[1] + QUERIES.get(rule.endpoint, "")


def _expected(
    app: TransactionalFlask, rule: Rule, who: Identity | None, confidences: Confidences
) -> frozenset[int]:
    policy = app.policy_of(rule.endpoint)
    if isinstance(policy, Public):
        return SHOWN
    assert isinstance(policy, Policy), rule.endpoint
    if who is None:
        return frozenset({401})
    if not permits(who, policy.permission):
        return frozenset({403})
    if policy.subject is None:
        return SHOWN
    with acting_as(who):
        db.session.rollback()
        try:
            value = confidences.arguments[policy.subject.argument]
            loaded = policy.subject.load(db.session(), who, value)
            allowed = permits(who, policy.permission, loaded)
        except NotFoundError:
            return frozenset({404})
        finally:
            db.session.rollback()
    return SHOWN if allowed else frozenset({403})


def _may_read(who: Identity | None, confidences: Confidences, secret: str) -> bool:
    return who is not None and who.agent_id in confidences.readers[secret]


def _requested(address: str) -> str:
    """The address itself, as the page that asks to sign in gives it back."""
    return f'"{address}"'


def _said(answer: TestResponse) -> str:
    """Everything an answer says: its headers, its text, what a workbook holds."""
    body = answer.get_data()
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return f"{answer.headers}\n{body.decode()}"


def _digests(app: TransactionalFlask, cluster: LocalCluster) -> dict[str, str]:
    """A digest of each table, as somebody who reads them all."""
    name = app.config["VIGIE_ENDPOINTS"].owner_url.split("@")[-1].split("/")[-1].split("?")[0]
    engine = create_engine(
        cluster.url(role=SUPERUSER, database=name or DATABASE), poolclass=NullPool
    )
    with engine.connect() as connection:
        tables = connection.scalars(
            text("select tablename from pg_tables where schemaname = 'public'")
        ).all()
        return {
            table: connection.scalar(
                text(
                    f"select md5(coalesce(string_agg(t::text, '' order by t::text), '')) from {table} t"
                )
            )
            for table in tables
        }
