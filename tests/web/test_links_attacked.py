"""What opens nothing: links guessed, replayed, of before, revoked; what is told apart, what is told at all, what is logged."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from structlog.testing import capture_logs

from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event
from app.core.now import at, utcnow
from app.messages.models import Email
from app.referrals.directory.experts import services as experts
from app.referrals.directory.models import Expert
from app.referrals.directory.queries import get_expert
from app.referrals.links import jobs
from app.referrals.needs import queries, services
from app.referrals.needs.models import Actor, ReferralState
from tests.factories.links import ADDRESS, last_token, links_of, other_link, referral_of
from tests.factories.mail import give_up
from tests.factories.needs import SAID, PutNeed, put_need
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.support.client import InspectingClient, QuietClient
from tests.web.linking import lines, number_on, path, post, state_of, taken

LAPSED = "Ce lien n’ouvre plus rien"


@pytest.fixture
def put(world: World) -> PutNeed:
    return put_need(world)


@pytest.fixture
def token(put: PutNeed) -> str:
    return last_token()


def _plain(page: str, token: str) -> str:
    """A page without what is drawn anew for each, nor the address that was asked."""
    page = re.sub(r'(name="csrf-?_?token"[^>]*?(?:value|content)=")[^"]+', r"\1", page)
    return page.replace(quote(token), "…") if token else page


@pytest.mark.parametrize("act", ["/acceptation", "/refus"])
def test_an_answer_replayed_or_by_another_link_of_the_same_need_is_refused(
    client: InspectingClient, put: PutNeed, token: str, act: str
) -> None:
    other = other_link(put)
    number = number_on(client, token)
    taken(client, token)
    for each in (token, other):
        answer = client.post(path(each, act), data={"number": number, "reason": "charge"})
        assert answer.status_code == 409
        assert "Ce lien a servi" in answer.text
    assert state_of(put) is ReferralState.TAKEN


def test_a_number_of_before_is_refused_with_a_sentence(
    client: InspectingClient, put: PutNeed, token: str
) -> None:
    for number in ("", "0.1", "x", "1.0"):
        answer = client.post(path(token, "/acceptation"), data={"number": number})
        assert answer.status_code == 422
        assert "Cette page a déjà servi" in answer.text
    assert state_of(put) is ReferralState.TO_TREAT


def withdrawn(world: World, put: PutNeed) -> None:
    with working_as(world.team) as (session, who):
        need = queries.get_need(session, who, put.need_id)
        services.withdraw(session, who, [need], reason="En double", actor=Actor.AGENT)


def archived(world: World, put: PutNeed) -> None:
    with working_as(world.admin) as (session, who):
        expert = get_expert(session, who, put.outside_expert_id)
        experts.set_archived(session, who, expert, archived=True)


@pytest.mark.parametrize("happens", [withdrawn, archived])
def test_once_revoked_it_says_in_a_sentence_that_nothing_is_left_to_do(
    client: InspectingClient,
    world: World,
    put: PutNeed,
    token: str,
    happens: Callable[[World, PutNeed], None],
) -> None:
    number = number_on(client, token)
    happens(world, put)
    page = client.get(path(token))
    assert (page.status_code, "il n’y a plus rien à y faire" in page.text) == (200, True)
    assert SAID not in page.text
    for act in ("/acceptation", "/refus", "/coordonnees"):
        answer = client.post(path(token, act), data={"number": number, "reason": "charge"})
        assert answer.status_code == 409
    jobs.renew(digest=links_of(referral_of(put))[0].digest.hex())
    jobs.sweep()
    (link,) = links_of(referral_of(put))
    assert link.revoked_at is not None
    with system() as session:
        email = session.get_one(Email, link.email_id)
        assert (email.body_text, email.due_at, email.trouble) == ("", None, None)


def moved(world: World, put: PutNeed) -> None:
    with system() as session:
        session.execute(
            update(Expert)
            .where(Expert.id == put.outside_expert_id)
            .values(email="neuve@exemple.invalid")
        )


def test_an_unknown_token_and_one_whose_time_is_over_are_not_told_apart(
    client: InspectingClient, put: PutNeed, token: str
) -> None:
    number = number_on(client, token)
    after = utcnow() + timedelta(days=22)
    wrong = [
        "ceci-n-ouvre-rien",
        "A" * 43,
        token[:-1],
        token[:20],
        f"{token}A",
        token.swapcase(),
        "é" * 43,
    ]
    with at(after):
        old = client.get(path(token))
        assert (old.status_code, LAPSED in old.text) == (404, True)
        for each in wrong:
            answer = client.get(path(each))
            assert answer.status_code == old.status_code
            assert _plain(answer.text, each) == _plain(old.text, token)
        for act in ("/acceptation", "/refus", "/suite", "/message", "/coordonnees"):
            said = {"number": number, "reason": "charge", "state": "injoignable", "body": "x"}
            bad, late = (client.post(path(each, act), data=said) for each in ("A" * 43, token))
            assert (bad.status_code, late.status_code) == (404, 404)
            assert _plain(bad.text, "A" * 43) == _plain(late.text, token)
        asked = [client.post(path(each, "/nouveau-lien")) for each in (*wrong, token)]
        assert {answer.status_code for answer in asked} == {200}
        assert len({_plain(answer.text, "") for answer in asked}) == 1
    assert state_of(put) is ReferralState.TO_TREAT


def test_a_new_link_goes_to_the_directory_s_address_and_not_too_often(
    app: Flask, client: InspectingClient, put: PutNeed, token: str, world: World
) -> None:
    digest = links_of(referral_of(put))[0].digest.hex()
    jobs.renew(digest=digest)
    assert len(links_of(referral_of(put))) == 1, "the first one was just sent"
    moved(world, put)
    moment = utcnow()
    for turn in range(8):
        moment += timedelta(minutes=11)
        with at(moment):
            assert client.get(path(token)).status_code == 404, "no longer their address"
            jobs.renew(digest=digest)
            jobs.renew(digest=digest)
            jobs.renew(digest="00" * 32)
        assert len(links_of(referral_of(put))) == min(turn + 2, 5)
    with system() as session:
        wrote = session.scalars(select(Email.address).order_by(Email.id)).all()
        assert [each for each in wrote if each] == [ADDRESS, *["neuve@exemple.invalid"] * 4]
    assert len(lines(Event.NEED_LINK_SENT)) == 5
    assert client.get(path(last_token("neuve@exemple.invalid"))).status_code == 200


def test_wrong_tokens_of_one_address_slow_down_and_spare_signing_in(
    browser: QuietClient, token: str
) -> None:
    answers = [browser.get(path(f"{number:043}")).status_code for number in range(60)]
    assert answers[:50] == [404] * 50
    assert 429 in answers[50:]
    waiting = browser.get(path("z" * 43))
    assert waiting.status_code == 429
    assert int(waiting.headers["Retry-After"]) > 0
    elsewhere = {"REMOTE_ADDR": "192.0.2.77"}
    assert browser.get(path(token), environ_base=elsewhere).status_code == 200
    assert browser.get("/connexion").status_code == 200


def test_a_form_from_another_site_is_refused(client: InspectingClient, token: str) -> None:
    said = {"number": number_on(client, token)}
    answer = client.post(
        path(token, "/acceptation"), data=said, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_the_secret_is_in_the_e_mail_alone_and_in_no_log(
    app: TransactionalFlask,
    client: InspectingClient,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post(client, token, "/nouveau-lien", number="")
    with system() as session:
        tables = session.scalars(
            text(
                "select relname from pg_class where relkind = 'r'"
                " and relnamespace = 'public'::regnamespace and has_table_privilege(oid, 'select')"
            )
        ).all()
        holding = [
            name
            for name in tables
            if session.scalar(
                text(f'select count(*) from "{name}" t where strpos(t::text, :token) > 0'),
                {"token": token},
            )
        ]
    assert holding == ["email"]

    def broken(link_secret: str) -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "links.show", broken)
    with capture_logs() as said:
        assert client.get(path(token)).status_code == 500
    assert token not in str(said)
    assert any(line.get("path") == "/reponse/<link_secret>" for line in said)


def test_of_two_clicks_at_once_one_is_an_answer(
    app: TransactionalFlask, client: InspectingClient, put: PutNeed, token: str
) -> None:
    number, ready = number_on(client, token), Barrier(3)

    def click(turn: int) -> int:
        with app.app_context():
            browser = app.test_client()
            ready.wait()
            act = "/refus" if turn == 2 else "/acceptation"
            said = {"number": number, "reason": "charge"}
            return browser.post(path(token, act), data=said).status_code

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(click, range(3))) == [303, 409, 409]
    assert len(lines(Event.NEED_ANSWERED)) == 1
    is_taken = state_of(put) is ReferralState.TAKEN
    assert len(links_of(referral_of(put))) == (2 if is_taken else 1)


def test_administrators_see_an_address_masked_and_send_again_what_was_refused(
    client: InspectingClient, put: PutNeed, token: str, world: World
) -> None:
    (link,) = links_of(referral_of(put))
    give_up(link.email_id)
    client.sign_in(world.admin)
    page = client.get("/courriels").text
    assert "d•••@exemple.invalid" in page
    assert ADDRESS not in page
    assert token not in page
    again = client.submit(f"/courriels/{link.email_id}/renvoi", {}, page="/courriels")
    assert again.status_code == 303
    with system() as session:
        email = session.get_one(Email, link.email_id)
        assert email.due_at is not None
        assert token in email.body_text
    archived(world, put)
    give_up(link.email_id)
    jobs.sweep()
    assert "d•••@" not in client.get("/courriels").text, "there is nothing to send any more"
    client.submit("/courriels/renvoi", {}, page="/courriels")
    with system() as session:
        assert session.get_one(Email, link.email_id).due_at is None
