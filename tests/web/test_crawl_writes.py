"""Every address that is written to by every kind of person: refused, it changes nothing; done, it tells no secret."""

from collections.abc import Iterator

import pytest

from app.core.access.matrix import MatrixLine
from app.core.database.unit_of_work import TransactionalFlask
from app.core.now import today
from app.extensions import db
from tests.factories.crowd import KINDS, Crowd, Side
from tests.support.client import QuietClient
from tests.web.crawling import (  # fmt: skip
    REFUSED,
    addresses,
    enter,
    expected,
    leaks,
    refused_by_role,
    token,
)

SHOWN = frozenset({200, 302, 303})
DONE = SHOWN | {204, 422}
HTMX = {"HX-Request": "true"}
#: what leaves the session or looks with other eyes: tried where it is refused, elsewhere tested by itself
LEAVING = frozenset({"accounts.close_session"})


@pytest.mark.writes_nothing
@pytest.mark.parametrize("person", KINDS)
def test_a_refused_write_answers_as_the_matrix_says_and_changes_nothing(
    app: TransactionalFlask, browser: QuietClient, crowd: Crowd, person: str
) -> None:
    enter(browser, crowd, person)
    page = "/connexion" if person == "nobody" else "/compte"
    form = {"csrf_token": token(browser, page=page)}
    tried = 0
    for side, line, address, refusal in writes(app, crowd, person):
        # What a role refuses is refused whatever it is about.
        if refusal is None or (side is not crowd.sides[0] and refused_by_role(line, person)):
            continue
        nothing, _, forged = bodies(crowd, side)
        # What is refused is refused before it is read: with nothing, and with all that could change the answer.
        for body in (nothing, forged) if line.subject else (forged,):
            answer = browser.post(address, data={**body, **form})
            where = f"{person} POST {address}: {answer.status_code}"
            assert answer.status_code == refusal, where
            assert not leaks(answer, line, crowd, person, sent=[address, *body.values()]), where
            tried += 1
    assert tried > 10


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
        nothing, plausible, forged = bodies(crowd, side)
        for body, headers in ((nothing, {}), (plausible, HTMX), (forged, {}), (forged, HTMX)):
            answer = browser.post(address, data={**body, **form}, headers=headers)
            where = f"{person} POST {address} {body}: {answer.status_code}"
            assert answer.status_code in DONE, where
            assert not leaks(answer, line, crowd, person, sent=[address, *body.values()]), where


@pytest.mark.writes_nothing
def test_a_member_of_another_accompagnement_is_not_removed_through_ones_own(
    browser: QuietClient, crowd: Crowd
) -> None:
    """Two identifiers in one address: each is checked with the other."""
    enter(browser, crowd, "alice")
    form = {"csrf_token": token(browser)}
    mine, theirs = (side.arguments for side in crowd.sides)
    for case_id, member_id in (
        (mine["case_id"], theirs["member_id"]),
        (theirs["case_id"], mine["member_id"]),
    ):
        path = f"/accompagnements/{case_id}/membres/{member_id}/depart"
        assert browser.get(path).status_code == 404
        assert browser.post(path, data=form).status_code in REFUSED | {422}


def writes(
    app: TransactionalFlask, crowd: Crowd, person: str
) -> Iterator[tuple[Side, MatrixLine, str, int | None]]:
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
        "level": "all", "visited_on": day, "channel": "visio", "contact_result": "refus",
        "source": "interne", "comment": "Un texte", "as_of": day, "accepted": "y", "mail_pace": "matin",
    }  # fmt: skip
    other = next(known for known in crowd.sides if known is not side)
    forged = {
        **plausible, "network_id": str(crowd.foreign_network), "author_id": "2", "opened_by": "2", "id": "1",
        "referent_ids": "2", "departments": "21", "department": "75", "state": "termine", "deleted_at": day,
        **{name: str(value) for name, value in other.arguments.items() if name not in plausible},
    }  # fmt: skip
    return [{}, plausible, forged]
