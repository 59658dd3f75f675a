"""Every address, opened and written to by every kind of person, about a firm of each zone: the answer is the matrix's.

No secret goes further than its readers, in pages, fragments, headers, exports or e-mails; a refused write changes nothing.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.accounts.models import Agent
from app.core.localpg import LocalCluster
from app.core.mailer import Email
from app.core.matrix import Line
from app.core.now import today
from app.core.unit_of_work import TransactionalFlask
from app.extensions import db
from app.network import jobs
from app.network.models import FeedEvent
from tests.factories.crowd import KINDS, Crowd, Side, gather
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import QuietClient
from tests.web.crawling import (  # fmt: skip
    REFUSED,
    addresses,
    digests,
    enter,
    expected,
    leaks,
    said,
    secrets_of,
    token,
)

SHOWN = frozenset({200, 302, 303})
DONE = SHOWN | {204, 422}
HTMX = {"HX-Request": "true"}
#: what leaves the session or looks with other eyes: tried where it is refused, elsewhere tested by itself
LEAVING = frozenset({"accounts.close_session"})


@pytest.fixture
def crowd(world: World) -> Crowd:
    """Everybody, and the two firms."""
    return gather(world)


@pytest.mark.parametrize("person", KINDS)
def test_each_address_shows_each_person_what_the_matrix_says_and_no_secret(
    app: TransactionalFlask, browser: QuietClient, crowd: Crowd, person: str
) -> None:
    enter(browser, crowd, person)
    seen: set[str] = set()
    for side in crowd.sides:
        for line, address in addresses(app, side.arguments, "GET"):
            refusal = expected(app, line, side, crowd, person)
            for headers in ({}, HTMX):
                answer = browser.get(address, headers=headers)
                where = f"{person} GET {address}: {answer.status_code}"
                assert answer.status_code in (SHOWN if refusal is None else {refusal}), where
                assert not leaks(answer, line, crowd, person, sent=[address]), where
                seen |= secrets_of(answer, crowd)
    mine = {secret for side in crowd.sides for secret, who in side.readers.items() if person in who}
    assert mine <= seen, "a secret nobody is shown proves nothing"


@pytest.mark.parametrize("person", KINDS)
def test_a_refused_write_answers_as_the_matrix_says_and_changes_nothing(
    app: TransactionalFlask, browser: QuietClient, crowd: Crowd, cluster: LocalCluster, person: str
) -> None:
    enter(browser, crowd, person)
    page = "/connexion" if person == "nobody" else "/compte"
    form, before = {"csrf_token": token(browser, page=page)}, digests(app, cluster)
    tried = 0
    for side, line, address, refusal in writes(app, crowd, person):
        if refusal is None:
            continue
        for body in bodies(crowd, side) if line.subject else bodies(crowd, side)[-1:]:
            answer = browser.post(address, data={**body, **form})
            where = f"{person} POST {address}: {answer.status_code}"
            assert answer.status_code == refusal, where
            assert not leaks(answer, line, crowd, person, sent=[address, *body.values()]), where
            tried += 1
    assert tried > 10
    after = digests(app, cluster)
    assert {table for table in before if before[table] != after[table]} == set()


@pytest.mark.parametrize("person", [person for person in KINDS if person != "nobody"])
def test_an_allowed_write_never_breaks_and_tells_no_secret(
    app: TransactionalFlask, browser: QuietClient, crowd: Crowd, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Whatever is sent; what is written is taken back, so that each finds the same world."""
    enter(browser, crowd, person)
    form = {"csrf_token": token(browser)}
    monkeypatch.setattr(db.session, "commit", lambda: (db.session.flush(), db.session.rollback()))
    for side, line, address, refusal in writes(app, crowd, person):
        if refusal is not None or line.endpoint in LEAVING:
            continue
        for body in bodies(crowd, side):
            for headers in ({}, HTMX):
                answer = browser.post(address, data={**body, **form}, headers=headers)
                where = f"{person} POST {address} {body}: {answer.status_code}"
                assert answer.status_code in DONE, where
                assert not leaks(answer, line, crowd, person, sent=[address, *body.values()]), where


def test_no_email_names_a_firm_nor_says_a_secret(crowd: Crowd) -> None:
    with system() as session:
        events = session.scalars(select(FeedEvent.id)).all()
    for event_id in events:
        jobs.notify(event_id=event_id)
    jobs.write_digests(today())
    with system() as session:
        emails = session.execute(
            select(Email.subject, Email.body_text, Email.body_html, Agent.first_name)
            .join(Agent, Agent.id == Email.agent_id)
        ).all()  # fmt: skip
    readers = {first_name.lower() for *_, first_name in emails}
    assert {"bob", "carol"} <= readers
    assert not readers & {"expired", "unhabilitated", "administration"}
    words = {word for side in crowd.sides for word in (side.name, side.siren, *side.readers)}
    for *parts, first_name in emails:
        assert not {word for word in words if word in "\n".join(parts)}, first_name


def test_a_member_of_another_accompagnement_is_not_removed_through_ones_own(
    browser: QuietClient, crowd: Crowd, app: TransactionalFlask, cluster: LocalCluster
) -> None:
    """Two identifiers in one address: each is checked with the other."""
    enter(browser, crowd, "alice")
    form, before = {"csrf_token": token(browser)}, digests(app, cluster)
    mine, theirs = (side.arguments for side in crowd.sides)
    for case_id, member_id in (
        (mine["case_id"], theirs["member_id"]),
        (theirs["case_id"], mine["member_id"]),
    ):
        path = f"/accompagnements/{case_id}/membres/{member_id}/depart"
        assert browser.get(path).status_code == 404
        assert browser.post(path, data=form).status_code in REFUSED | {422}
    assert digests(app, cluster) == before


def test_the_lists_of_a_stranger_count_nothing_of_others(
    browser: QuietClient, crowd: Crowd
) -> None:
    """Whoever has nothing reads « nothing », not a number nor another page than whoever never had anything."""
    counters = {}
    for person in ("scientist", "former", "carol", "expired"):
        enter(browser, crowd, person)
        counters[person] = browser.get("/notifications/compteur").get_data(as_text=True)
    assert counters["scientist"] == counters["former"] == counters["expired"] != counters["carol"]
    enter(browser, crowd, "former")
    listed = said(browser.get("/accompagnements"))
    assert "1 accompagnement" in listed
    assert "2 accompagnements" not in listed
    assert "Aucune notification" in said(browser.get("/notifications"))


def test_asking_for_the_head_answers_as_the_page_without_its_body(
    app: TransactionalFlask, browser: QuietClient, crowd: Crowd
) -> None:
    enter(browser, crowd, "bob")
    for _line, address in addresses(app, crowd.sides[0].arguments, "GET"):
        head = browser.head(address)
        assert head.status_code == browser.get(address).status_code, address
        assert head.get_data() == b"", address


def test_reading_every_page_writes_nothing_but_the_journal(
    app: TransactionalFlask, browser: QuietClient, crowd: Crowd, cluster: LocalCluster
) -> None:
    enter(browser, crowd, "alice")
    before = digests(app, cluster)
    for side in crowd.sides:
        for _line, address in addresses(app, side.arguments, "GET"):
            browser.get(address)
    assert digests(app, cluster) == before


def writes(
    app: TransactionalFlask, crowd: Crowd, person: str
) -> Iterator[tuple[Side, Line, str, int | None]]:
    """Each address that is written to, about each firm, and the refusal it meets."""
    for side in crowd.sides:
        for line, address in addresses(app, side.arguments, "POST"):
            yield side, line, address, expected(app, line, side, crowd, person)


def bodies(crowd: Crowd, side: Side) -> list[dict[str, str]]:
    """Nothing, what every form expects, and the same with all that a client should not decide."""
    day = today().isoformat()
    plausible = {
        "body": "Un texte", "network_id": "1", "criticality": "elevee", "context": "Un texte", "state": "en_cours",
        "reason": "Un texte", "agent_id": "3", "role": "referent", "outcome": "stabilisee", "occurred_on": day,
        "level": "all", "visited_on": day, "channel": "visio", "contact_result": "refus", "is_useful": "oui",
        "source": "interne", "comment": "Un texte", "as_of": day, "accepted": "y", "wants_digest": "y",
    }  # fmt: skip
    other = next(known for known in crowd.sides if known is not side)
    forged = {
        **plausible, "network_id": str(crowd.foreign_network), "author_id": "2", "opened_by": "2", "id": "1",
        "referent_ids": "2", "departments": "21", "department": "75", "state": "termine", "deleted_at": day,
        **{name: str(value) for name, value in other.arguments.items() if name not in plausible},
    }  # fmt: skip
    return [{}, plausible, forged]
