"""Sign-in, sign-out, the second factor, my account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text

from app import create_app
from app.accounts.local import factors, sign_in
from app.accounts.models import Agent, Method
from app.companies.models import Company
from app.core.access.rows import acting_as
from app.core.database.unit_of_work import TransactionalFlask
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import at, utcnow
from app.extensions import db, security
from tests.factories import accounts
from tests.factories.accounts import PASSPHRASE, enrol, give_passphrase, show_code, show_passphrase
from tests.factories.network import system
from tests.factories.people import World, identity
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

EMAIL = "nouvelle@exemple.invalid"
REFUSED = "Adresse ou phrase de passe incorrecte"
REFUSED_CODE = "Code incorrect ou déjà utilisé"


@pytest.fixture
def newcomer(world: World) -> int:
    """An account with a passphrase, which has signed nothing yet."""
    return accounts.newcomer(EMAIL)


def test_a_passphrase_and_a_code_open_a_session(client: InspectingClient, newcomer: int) -> None:
    held = enrol(newcomer)
    page = show_passphrase(client, EMAIL.upper(), next="/compte")
    assert page.status_code == 200
    assert client.get("/compte").status_code == 401
    answer = show_code(client, page, held.code())
    assert (answer.status_code, answer.location) == (303, "/compte")
    assert "Nouvelle Fictif" in client.page("/compte").get_text()


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "une autre phrase"), ("inconnue@exemple.invalid", PASSPHRASE)],
)
def test_a_refusal_says_the_same_whatever_was_wrong(
    client: InspectingClient, newcomer: int, email: str, password: str
) -> None:
    answer = show_passphrase(client, email, password)
    assert answer.status_code == 422
    assert REFUSED in answer.text
    assert password not in answer.text
    assert client.get("/compte").status_code == 401


def test_a_suspended_agent_is_refused_like_anybody(client: InspectingClient, newcomer: int) -> None:
    with system() as session:
        session.get_one(Agent, newcomer).active = False
    answer = show_passphrase(client, EMAIL)
    assert answer.status_code == 422
    assert REFUSED in answer.text


def test_an_agent_suspended_between_the_two_steps_stays_out(
    client: InspectingClient, newcomer: int
) -> None:
    held = enrol(newcomer)
    page = show_passphrase(client, EMAIL)
    with system() as session:
        session.get_one(Agent, newcomer).active = False
    assert show_code(client, page, held.code()).status_code == 422
    assert client.get("/compte").status_code == 401


def test_a_passphrase_changed_between_the_two_steps_opens_nothing(
    client: InspectingClient, newcomer: int
) -> None:
    held = enrol(newcomer)
    page = show_passphrase(client, EMAIL)
    give_passphrase(newcomer)
    assert show_code(client, page, held.code()).status_code == 422
    assert client.get("/compte").status_code == 401


def test_a_code_without_the_passphrase_opens_nothing(
    client: InspectingClient, newcomer: int
) -> None:
    held = enrol(newcomer)
    answer = client.submit("/connexion/second-facteur", {"code": held.code()}, page="/connexion")
    assert answer.status_code == 422
    assert "recommencez par la phrase de passe" in answer.text


def test_the_second_step_does_not_wait_for_ever(client: InspectingClient, newcomer: int) -> None:
    held = enrol(newcomer)
    page = show_passphrase(client, EMAIL)
    with at(utcnow() + timedelta(minutes=11)):
        assert show_code(client, page, held.code()).status_code == 422
    assert client.get("/compte").status_code == 401


def test_a_code_of_the_application_is_taken_once_and_for_a_minute_and_a_half(
    client: InspectingClient, newcomer: int
) -> None:
    held = enrol(newcomer)
    with time_machine.travel("2027-01-15T10:00:10Z", tick=False) as clock:
        early = held.code()
        clock.shift(31)
        assert accounts.sign_in(client, EMAIL, early).status_code == 303
        sign_out(client)
        assert accounts.sign_in(client, EMAIL, early).status_code == 422
        now = held.code()
        assert accounts.sign_in(client, EMAIL, now).status_code == 303
        sign_out(client)
        clock.shift(61)
        stale = accounts.sign_in(client, EMAIL, now)
        assert REFUSED_CODE in stale.text
        clock.shift(300)
        late = held.code()
        clock.shift(61)
        assert accounts.sign_in(client, EMAIL, late).status_code == 422
        clock.shift(300)
        assert accounts.sign_in(client, EMAIL, held.code()).status_code == 303


def test_a_recovery_code_works_once_however_it_is_typed_and_its_owner_is_notified(
    client: InspectingClient, newcomer: int
) -> None:
    held = enrol(newcomer)
    typed = f" {held.codes[3].upper().replace('-', ' ')} "
    assert accounts.sign_in(client, EMAIL, typed).status_code == 303
    assert "9 codes non utilisés" in client.page("/compte").get_text()
    sign_out(client)
    again = accounts.sign_in(client, EMAIL, held.codes[3])
    assert REFUSED_CODE in again.text
    assert [email.subject for email in accounts.told_by_email()] == [
        "Un code de secours a ouvert votre compte Vigie"
    ]


def test_the_codes_of_somebody_else_open_nothing(
    client: InspectingClient, newcomer: int, world: World
) -> None:
    enrol(newcomer)
    other = accounts.local_account(world.bob)
    for code in (other.codes[0], other.code()):
        assert accounts.sign_in(client, EMAIL, code).status_code == 422


def test_neither_secrets_nor_codes_can_be_read_in_the_database(
    newcomer: int, client: InspectingClient
) -> None:
    held = enrol(newcomer)
    key = factors.totp().get_totp_b32_key(held.secret)
    accounts.sign_in(client, EMAIL, held.code())
    cookie = client.get_cookie("vigie")
    assert cookie is not None
    tables = ("credential", "recovery_code", "agent_session", "login_attempt")
    with system() as session:
        said = "".join(
            row
            for table in tables
            for row in session.scalars(text(f"select t::text from {table} t"))
        )
    assert "argon2id" in said
    for secret in (key, PASSPHRASE, cookie.value, *held.codes):
        # PostgreSQL writes bytes in hexadecimal.
        assert secret not in said
        assert secret.encode().hex() not in said


def test_an_instance_spends_on_each_passphrase_what_guessing_must_cost(
    app: TransactionalFlask, as_in_service: None
) -> None:
    create_app(app.config["VIGIE"])
    kept = security.pwd_context.hash(PASSPHRASE)
    # Three passes over 64 MiB in four lanes.
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert security.pwd_context.verify(PASSPHRASE, kept)


def test_sign_ins_and_refusals_are_journaled(client: InspectingClient, newcomer: int) -> None:
    held = enrol(newcomer)
    show_passphrase(client, EMAIL, "faux")
    show_passphrase(client, "ma phrase tapée ici par erreur@", "faux")
    page = show_passphrase(client, EMAIL)
    show_code(client, page, "000000 ")
    page = show_passphrase(client, EMAIL)
    show_code(client, page, held.code())
    lines = journaled(Event.ACCOUNT_REFUSED, Event.ACCOUNT_SIGNED_IN)
    told = [(line.details.get("factor"), line.details.get("reason")) for line in lines]
    assert told == [("account", "wrong"), ("account", "wrong"), ("factor", "wrong"), (None, None)]
    assert lines[0].details["address"] == "127.0.0.1"
    assert lines[-1].actor_id == newcomer
    assert lines[-1].details["method"] == "passphrase+totp"


def test_right_passphrases_sent_at_once_all_pass_and_wrong_ones_gain_nothing(
    app: TransactionalFlask, newcomer: int
) -> None:
    def attempt(passphrase: str) -> bool:
        with app.app_context():
            try:
                sign_in.check_passphrase(email=EMAIL, passphrase=passphrase, address="192.0.2.1")
            except DomainError:
                return False
            finally:
                db.session.remove()
            return True

    # On a stopped clock, the delay after the third failure is never over.
    with ThreadPoolExecutor(4) as pool, time_machine.travel(utcnow(), tick=False):
        assert all(pool.map(attempt, [PASSPHRASE] * 20))
        assert not any(pool.map(attempt, ["une autre phrase"] * 20))
        assert not attempt(PASSPHRASE)
    refusals = [line.details["reason"] for line in journaled(Event.ACCOUNT_REFUSED)]
    assert sorted(set(refusals)) == ["delayed", "wrong"]
    assert refusals.count("wrong") == 3


def test_what_is_not_an_address_does_not_enter_the_journal(
    client: InspectingClient, newcomer: int
) -> None:
    show_passphrase(client, "tournesol vaisselle mandat", "faux")
    (line,) = journaled(Event.ACCOUNT_REFUSED)
    assert line.details["email"] is None


@pytest.mark.parametrize(
    "target",
    [
        "https://ailleurs.invalid/",
        "//ailleurs.invalid",
        "/\\ailleurs.invalid",
        "javascript:alert(1)",
    ],
)
def test_sign_in_never_leads_to_another_site(
    client: InspectingClient, newcomer: int, target: str
) -> None:
    held = enrol(newcomer)
    assert accounts.sign_in(client, EMAIL, held.codes[0], next=target).location == "/bienvenue"


def test_everybody_is_welcomed_by_a_page_they_may_open(
    client: InspectingClient, world: World
) -> None:
    places = {
        world.alice: "/",
        world.manager: "/",
        world.scientist: "/",
        world.admin: "/",
        world.controller: "/",
        world.correspondent: "/",
    }
    for agent, place in places.items():
        client.sign_in(agent)
        assert client.get("/bienvenue").location == place
        client.page(place)


def test_a_session_of_one_factor_can_be_left(client: InspectingClient, world: World) -> None:
    give_passphrase(world.alice)
    sign_in_as(client, world.alice, Method.PASSPHRASE)
    answer = client.submit("/deconnexion", {}, page="/compte/second-facteur")
    assert answer.location == "/connexion"
    assert client.get("/compte/second-facteur").status_code == 401


def test_signing_out_closes_the_session_for_whoever_kept_its_key(
    client: InspectingClient, world: World
) -> None:
    client.sign_in(world.alice)
    kept = client.get_cookie("vigie")
    assert kept is not None
    client.page("/")
    assert client.submit("/deconnexion", {}, page="/compte").status_code == 303
    assert client.get("/compte").status_code == 401
    client.set_cookie("vigie", kept.value)
    assert client.get("/compte").status_code == 401
    assert [line.actor_id for line in journaled(Event.ACCOUNT_SIGNED_OUT)] == [world.alice]


def test_a_request_without_token_is_refused(client: InspectingClient, world: World) -> None:
    client.sign_in(world.alice)
    assert client.post("/deconnexion").status_code == 400
    assert client.get("/compte").status_code == 200


def test_the_account_says_who_i_am_and_how_i_sign_in(
    client: InspectingClient, world: World
) -> None:
    client.sign_in(world.alice)
    said = client.page("/compte").get_text()
    assert "Vous vous connectez par ProConnect" in said
    accounts.local_account(world.alice)
    said = client.page("/compte").get_text()
    for expected in (
        "Alice Fictif",
        "Une session ouverte",
        "Retirer l’application",
        "10 codes non utilisés",
        "à renouveler avant le",
    ):
        assert expected in said


def test_an_administrator_sees_no_firm(client: InspectingClient, world: World) -> None:
    client.sign_in(world.admin)
    for path in ("/detections", f"/entreprises/{world.siren_21}", "/recherche?q=forges"):
        assert client.get(path).status_code == 403, path
    assert "Forges" not in client.page("/").get_text()
    with acting_as(identity(db.session(), world.admin)):
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(Company)) == 0
        db.session.rollback()
