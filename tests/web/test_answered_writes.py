"""A write that is answered by the page of a firm, because it was refused, is a reading of that firm."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.companies import services
from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event, JournalEntry
from tests.factories.confidences import Confidences
from tests.factories.network import system
from tests.support.client import QuietClient
from tests.support.readers import sign_in_as
from tests.web.acts import ACTS
from tests.web.crawling import addresses, token

#: the names of what belongs to a firm, in addresses
OF_FIRMS = {"siren", "siret", "case_id", "comment_id", "visit_id", "entry_id", "unlock_id"}
#: names a firm, and shows the list that it leaves
OF_LISTS = {"company_lists.take_off"}


@pytest.fixture
def each_reading_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each leaves its line, though they follow one another."""
    monkeypatch.setattr(services, "_was_just_read", lambda *_: False)


def readings() -> int:
    with system() as session:
        lines = select(func.count()).where(JournalEntry.event == Event.COMPANY_READ.value)
        return session.scalar(lines) or 0


def test_every_write_refused_with_a_page_of_a_firm_is_journaled_as_read(
    app: TransactionalFlask,
    browser: QuietClient,
    confidences: Confidences,
    each_reading_counts: None,
) -> None:
    refused = set()
    for line, address in addresses(app, confidences.arguments, "POST"):
        act = ACTS.get(line.endpoint)
        if act is None or act.person is None or not _is_of_firm(app, line.endpoint):
            continue
        sign_in_as(browser, getattr(confidences.world, act.person))
        csrf = {"csrf_token": token(browser)}
        for headers in ({}, {"HX-Request": "true"}):
            before = readings()
            answer = browser.post(address, data=csrf, headers=headers)
            expected = int(answer.status_code in {200, 422})
            assert readings() - before == expected, f"{address}: {answer.status_code}"
            refused |= {line.endpoint} if answer.status_code == 422 else set()
    assert refused >= {
        "comments.index",
        "cases.comments",
        "detections.flag",
        "visits.create",
        "visits.correct",
    }


def test_a_refused_comment_tells_what_was_open(
    browser: QuietClient, confidences: Confidences
) -> None:
    world = confidences.world
    browser.sign_in(world.carol)
    answer = browser.post(
        f"/entreprises/{world.siren_21}/commentaires",
        data={"csrf_token": token(browser), "body": ""},
    )
    assert answer.status_code == 422
    assert "Confidence-Direccte" in answer.text
    with system() as session:
        (line,) = session.scalars(
            select(JournalEntry).where(JournalEntry.event == Event.COMPANY_READ.value)
        )
        assert (line.actor_id, line.siren, line.details["confidential"]) == (
            world.carol,
            world.siren_21,
            True,
        )


def _is_of_firm(app: Flask, endpoint: str) -> bool:
    named = any(OF_FIRMS & rule.arguments for rule in app.url_map.iter_rules(endpoint))
    return named and endpoint not in OF_LISTS
