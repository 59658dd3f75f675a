"""Every address, opened by every kind of person, about a firm of each zone: the answer is the matrix's.

No secret goes further than its readers, in pages, fragments, headers, exports or e-mails.
"""

import pytest
from sqlalchemy import select

from app.accounts.models import Agent
from app.core.database.unit_of_work import TransactionalFlask
from app.core.now import today
from app.messages.models import Email
from app.network.models import FeedEvent
from app.network.notifications import jobs
from tests.factories.crowd import KINDS, Crowd
from tests.factories.network import system
from tests.support.client import QuietClient
from tests.web.crawling import (  # fmt: skip
    addresses,
    enter,
    expected,
    leaks,
    refused_by_role,
    said,
    secrets_of,
)

SHOWN = frozenset({200, 302, 303})
DONE = SHOWN | {204, 422}
HTMX = {"HX-Request": "true"}
#: what leaves the session or looks with other eyes: tried where it is refused, elsewhere tested by itself
LEAVING = frozenset({"accounts.close_session"})


@pytest.mark.writes_nothing
@pytest.mark.parametrize("person", KINDS)
def test_each_address_shows_each_person_what_the_matrix_says_and_no_secret(
    app: TransactionalFlask, browser: QuietClient, crowd: Crowd, person: str
) -> None:
    enter(browser, crowd, person)
    seen: set[str] = set()
    asked: set[str] = set()
    for side in crowd.sides:
        for line, address in addresses(app, side.arguments, "GET"):
            # What is about no firm is the same for both, and so is what a role refuses, whatever it is about.
            if address in asked or (side is not crowd.sides[0] and refused_by_role(line, person)):
                continue
            asked.add(address)
            refusal = expected(app, line, side, crowd, person)
            # A refusal reads no template of its own: under both headers for the firm of one side, which is enough.
            both = refusal is None or side is crowd.sides[0]
            for headers in ({}, HTMX) if both else ({},):
                answer = browser.get(address, headers=headers)
                where = f"{person} GET {address}: {answer.status_code}"
                assert answer.status_code in (SHOWN if refusal is None else {refusal}), where
                assert not leaks(answer, line, crowd, person, sent=[address]), where
                seen |= secrets_of(answer, crowd)
    mine = {secret for side in crowd.sides for secret, who in side.readers.items() if person in who}
    assert mine <= seen, "a secret nobody is shown proves nothing"


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


@pytest.mark.writes_nothing
def test_the_lists_of_a_stranger_count_nothing_of_others(
    browser: QuietClient, crowd: Crowd
) -> None:
    """Whoever has nothing reads « nothing », not a number nor another page than whoever never had anything."""
    counters = {}
    for person in ("scientist", "former", "expired"):
        enter(browser, crowd, person)
        counters[person] = browser.get("/notifications/compteur").get_data(as_text=True)
    assert counters["scientist"] == counters["former"] == counters["expired"]
    enter(browser, crowd, "carol")
    assert "Aucune notification" not in said(browser.get("/notifications"))
    enter(browser, crowd, "former")
    listed = said(browser.get("/accompagnements"))
    assert "1 accompagnement" in listed
    assert "2 accompagnements" not in listed
    assert "Aucune notification" in said(browser.get("/notifications"))


@pytest.mark.writes_nothing
def test_asking_for_the_head_answers_as_the_page_without_its_body(
    app: TransactionalFlask, browser: QuietClient, crowd: Crowd
) -> None:
    enter(browser, crowd, "bob")
    for _line, address in addresses(app, crowd.sides[0].arguments, "GET"):
        head = browser.head(address)
        assert head.status_code == browser.get(address).status_code, address
        assert head.get_data() == b"", address


@pytest.mark.writes_nothing
def test_reading_every_page_writes_nothing_but_the_journal_and_that_it_was_read(
    app: TransactionalFlask, browser: QuietClient, crowd: Crowd
) -> None:
    enter(browser, crowd, "alice")
    for side in crowd.sides:
        for _line, address in addresses(app, side.arguments, "GET"):
            browser.get(address)
