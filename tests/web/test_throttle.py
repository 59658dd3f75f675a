"""Guessing is slow: an account, its second factor and a network address wait longer after each failure, and others do not."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.accounts import jobs
from app.accounts.local import backoff, sign_in
from app.accounts.models import LoginAttempt, Throttled
from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event
from app.core.now import at, utcnow
from tests.factories import accounts
from tests.factories.accounts import (
    PASSPHRASE,
    local_account,
    show_code,
    show_passphrase,
    told_by_email,
)
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.support.attack import WIDTH
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import forget_request

ALICE, BOB = "alice@exemple.invalid", "bob@exemple.invalid"
ATTACKER = "203.0.113.9"
#: attempts, one a second: enough for the lock to have held a while; a thousand when the attack is wide
ATTEMPTS = 300 if WIDTH == 1 else 1_000
HALF = ATTEMPTS // 2
#: seconds that pass before the tenth failure is looked at, and the failures that count
LOCKED_AT, LOOKED_AT = 184, 10


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passphrases that were hashed; all are wrong, so that tests do not spend a minute on argon2."""
    seen: list[str] = []

    def verify(passphrase: str, _hash: str) -> bool:
        seen.append(passphrase)
        return passphrase == PASSPHRASE

    monkeypatch.setattr(sign_in, "verify_password", verify)
    return seen


@pytest.fixture
def attacker(app: TransactionalFlask, world: World) -> "Attacker":
    """Somebody with a list of passphrases."""
    return Attacker(app)


class Attacker:
    """Sends the sign-in form again and again from one address, with the token of one page."""

    def __init__(self, app: TransactionalFlask) -> None:
        self.client = FlaskClient(app, app.response_class)
        self.client.environ_base = {"REMOTE_ADDR": ATTACKER}
        page = self.client.get("/connexion").text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found is not None
        self.token = found[1]

    def try_once(self, email: str, passphrase: str) -> int:
        forget_request()
        form = {"email": email, "password": passphrase, "csrf_token": self.token}
        return self.client.post("/connexion", data=form).status_code


def reasons() -> dict[str, int]:
    told = [line.details["reason"] for line in journaled(Event.ACCOUNT_REFUSED)]
    return {reason: told.count(reason) for reason in sorted(set(told))}


def test_many_attempts_on_one_account_lock_it_and_nobody_else(
    client: InspectingClient, world: World, attacker: Attacker, hashes: list[str]
) -> None:
    local_account(world.alice)
    bob = local_account(world.bob)
    start = utcnow()
    for second in range(ATTEMPTS):
        with at(start + timedelta(seconds=second)):
            assert attacker.try_once(ALICE, f"essai {second}") == 422
            if second == HALF:
                assert accounts.sign_in(client, BOB, bob.code()).status_code == 303
    tried = [passphrase for passphrase in hashes if passphrase != PASSPHRASE]
    assert len(tried) == LOOKED_AT
    # Looked at when 0, 1, 2, 4… 64, 124 and 184 seconds have passed; locked from then on.
    delayed = LOCKED_AT + 1 - LOOKED_AT
    locked = ATTEMPTS - LOCKED_AT - 1
    assert reasons() == {"delayed": delayed, "locked": locked, "wrong": LOOKED_AT}
    (line,) = journaled(Event.ACCOUNT_LOCKED)
    assert line.details == {"email": ALICE, "agent": world.alice, "factor": "account"}
    (told,) = told_by_email()
    assert (told.agent_id, told.subject) == (
        world.alice,
        "Votre compte Vigie est bloqué pour une heure",
    )


def test_many_attempts_from_one_address_slow_that_address_and_no_other(
    client: InspectingClient, world: World, attacker: Attacker, hashes: list[str]
) -> None:
    bob = local_account(world.bob)
    start = utcnow()
    for second in range(ATTEMPTS):
        with at(start + timedelta(seconds=second)):
            assert attacker.try_once(f"agent{second}@exemple.invalid", "faux") == 422
            if second == HALF:
                assert accounts.sign_in(client, BOB, bob.codes[0]).status_code == 303
    tried = [passphrase for passphrase in hashes if passphrase != PASSPHRASE]
    # Fifty at once, then two a minute.
    passed = 50 + 2 * ATTEMPTS // 60
    assert passed - 4 <= len(tried) <= passed + 3
    assert reasons() == {"address": ATTEMPTS - len(tried), "wrong": len(tried)}
    assert journaled(Event.ACCOUNT_LOCKED) == []


def test_each_failure_after_the_third_costs_twice_the_time(
    client: InspectingClient, world: World, hashes: list[str]
) -> None:
    held = local_account(world.alice)
    moment = utcnow()
    for wait in (0, 0, 0, 2, 4, 8, 16, 32, 60, 60):
        with at(moment + timedelta(seconds=wait) - timedelta(milliseconds=1)):
            if wait:
                before = len(hashes)
                assert show_passphrase(client, ALICE).status_code == 422
                assert len(hashes) == before, f"looked at before {wait} s"
        moment += timedelta(seconds=wait)
        with at(moment):
            show_passphrase(client, ALICE, f"faux {wait}")
    assert len(hashes) == 10
    with at(moment + timedelta(minutes=59, seconds=59)):
        assert show_passphrase(client, ALICE).status_code == 422
    with at(moment + timedelta(minutes=60)):
        assert accounts.sign_in(client, ALICE, held.codes[0]).status_code == 303


def test_an_account_that_does_not_exist_behaves_alike(
    client: InspectingClient, world: World, hashes: list[str]
) -> None:
    local_account(world.alice)
    # All at one moment: on a slow machine the delays would be over before the next attempt.
    with at(utcnow()):
        answers = {
            email: [
                visible(show_passphrase(client, email, f"faux {n}").text, email) for n in range(6)
            ]
            for email in (ALICE, "personne@exemple.invalid")
        }
    known, unknown = answers.values()
    assert known == unknown
    assert len(set(known)) == 1, "waiting reads as being wrong"
    assert len(hashes) == 6, "a hash for each of the first three, whoever it is"


def test_a_success_forgets_the_failures(
    client: InspectingClient, world: World, hashes: list[str]
) -> None:
    held = local_account(world.alice)
    for _ in range(2):
        show_passphrase(client, ALICE, "faux")
    accounts.sign_in(client, ALICE, held.codes[0])
    for _ in range(2):
        show_passphrase(client, ALICE, "faux")
    assert show_passphrase(client, ALICE).status_code == 200


def test_the_second_factor_has_failures_of_its_own(client: InspectingClient, world: World) -> None:
    held = local_account(world.alice)
    moment = utcnow()
    for n in range(12):
        with at(moment + timedelta(minutes=2 * n)):
            page = show_passphrase(client, ALICE)
            assert page.status_code == 200, "the passphrase is still good"
            assert show_code(client, page, f"{n:06d}").status_code == 422
    with at(moment + timedelta(minutes=24)):
        page = show_passphrase(client, ALICE)
        assert show_code(client, page, held.codes[0]).status_code == 422
    assert reasons() == {"locked": 3, "wrong": 10}
    assert [email.subject for email in told_by_email()] == [
        "Votre second facteur Vigie est bloqué pour une heure"
    ]
    with at(moment + timedelta(minutes=79)):
        assert accounts.sign_in(client, ALICE, held.codes[0]).status_code == 303


def test_an_administrator_unlocks(
    client: InspectingClient, world: World, app: TransactionalFlask, hashes: list[str]
) -> None:
    held = local_account(world.alice)
    lock(client, ALICE)
    assert show_passphrase(client, ALICE).status_code == 422
    run = app.test_cli_runner().invoke
    result = run(args=["accounts", "unlock", ALICE.upper()])
    assert (result.exit_code, result.output) == (0, f"{ALICE} : débloqué.\n")
    assert accounts.sign_in(client, ALICE, held.codes[0]).status_code == 303
    (line,) = journaled(Event.ACCOUNT_UNLOCKED)
    assert (line.actor_name, line.details["agent"]) == ("Commande accounts", world.alice)
    assert "rien n’était bloqué" in run(args=["accounts", "unlock", ALICE]).output
    assert "Aucun compte actif" in run(args=["accounts", "unlock", "x@exemple.invalid"]).output


def test_an_agent_is_not_locked_by_the_failures_of_a_colleague(
    client: InspectingClient, world: World, hashes: list[str]
) -> None:
    """One address for all: forty-nine mistakes of others cost the fiftieth person nothing."""
    held = local_account(world.alice)
    for n in range(49):
        show_passphrase(client, f"collegue{n}@exemple.invalid", "faux")
    assert accounts.sign_in(client, ALICE, held.codes[0]).status_code == 303


def test_changing_one_s_passphrase_is_no_way_to_guess_it(
    client: InspectingClient, world: World, hashes: list[str]
) -> None:
    local_account(world.alice)
    client.sign_in(world.alice)
    with at(utcnow()):
        for n in range(8):
            form = {"present": f"faux {n}", "passphrase": "parapluie cannelle orbite"}
            client.submit("/compte/phrase-de-passe", {**form, "again": form["passphrase"]})
            client.submit("/compte/confirmation", {"present": f"autre {n}"})
    assert len(hashes) == 3


def test_addresses_are_told_apart_as_subscribers_are() -> None:
    def of(address: str) -> tuple[Throttled, bytes]:
        return backoff.of_address(address).key

    assert of("192.0.2.1") != of("192.0.2.2")
    assert of("2001:db8:1:2::1") == of("2001:db8:1:2:ffff::9")
    assert of("2001:db8:1:2::1") != of("2001:db8:1:3::1")
    assert of("") != of("192.0.2.1")


def test_failures_of_the_day_before_are_forgotten(
    client: InspectingClient, world: World, hashes: list[str]
) -> None:
    show_passphrase(client, ALICE, "faux")
    for hours, left in ((23, 2), (25, 0)):
        with at(utcnow() + timedelta(hours=hours)):
            jobs.purge()
        with system() as session:
            assert session.query(LoginAttempt).count() == left


def test_my_failures_are_mine_to_see(
    client: InspectingClient, world: World, hashes: list[str]
) -> None:
    local_account(world.alice)
    show_passphrase(client, ALICE, "faux")
    for agent_id, expected in ((world.alice, 1), (world.bob, 0)):
        with working_as(agent_id) as (session, _):
            assert session.query(LoginAttempt).count() == expected


def test_an_account_is_recovered_when_everything_is_lost(
    client: InspectingClient, world: World, app: TransactionalFlask
) -> None:
    held = local_account(world.alice)
    client.sign_in(world.alice)
    result = app.test_cli_runner().invoke(args=["accounts", "reset", ALICE, "--yes"])
    drawn = re.search(r"Phrase de passe : (\S{15,})", result.output)
    assert drawn is not None, result.output
    assert client.get("/compte").status_code == 401
    assert show_passphrase(client, ALICE).status_code == 422
    entered = show_passphrase(client, ALICE, drawn[1])
    assert entered.status_code == 303
    assert client.get("/").location.startswith("/compte/second-facteur")
    assert held.codes[0] not in client.get("/compte/second-facteur").text


def lock(client: InspectingClient, email: str) -> None:
    moment = utcnow() - timedelta(minutes=5)
    for n in range(10):
        with at(moment + timedelta(seconds=30 * n)):
            show_passphrase(client, email, "faux")
        moment += timedelta(seconds=31)


def visible(html: str, email: str) -> str:
    """A page without what differs each time: tokens, challenges, the number of the request, the address typed."""
    html = re.sub(r'value="[^"]*"|content="[^"]*"|data-options="[^"]*"', "", html)
    return re.sub(r"<code>[0-9a-f]{16}</code>", "", html).replace(email, "")
