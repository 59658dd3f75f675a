"""What I sign in with: changed only by me, after a recent proof of identity, notified by e-mail, and never down to one factor."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.local import factors
from app.accounts.models import Credential, Method, Passkey, RecoveryCode
from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event
from app.core.now import at, utcnow
from tests.factories import accounts
from tests.factories.accounts import (
    PASSPHRASE,
    add_passkey,
    give_passphrase,
    local_account,
    told_by_email,
)
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import Tag, parsed
from tests.support.journaled import journaled
from tests.support.readers import open_session, sign_in_as, sign_out

ALICE = "alice@exemple.invalid"
ANOTHER = "parapluie cannelle orbite"
TOTP, CODES = "/compte/second-facteur", "/compte/codes-de-secours"


def shown_secret(page: Tag) -> str:
    """The secret as one types it in an application."""
    code = page.find("code", {"class": "vigie-secret"})
    assert code is not None
    return code.get_text().replace(" ", "")


def current_code(key: str) -> str:
    """What an application that was given ``key`` shows."""
    return str(factors.totp()._totp(key=key, format="base32").generate().token)


def shown_codes(text: str) -> list[str]:
    """The recovery codes of a page."""
    return re.findall(r"<code>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</code>", text)


def changes() -> list[str]:
    """What the journal says was done to factors."""
    return [line.details["change"] for line in journaled(Event.SECOND_FACTOR_CHANGED)]


def test_the_first_factor_opens_the_way_and_comes_with_ten_codes(
    client: InspectingClient, world: World
) -> None:
    give_passphrase(world.alice)
    entered = accounts.show_passphrase(client, ALICE, next="/detections")
    assert entered.location == "/detections"
    asked = client.get("/detections").location
    assert asked == f"{TOTP}?next=/detections"
    before = client.get_cookie("vigie")
    page = client.page(asked)
    assert page.select_one(".vigie-qr svg path") is not None
    answer = client.submit(asked, {"code": current_code(shown_secret(page))})
    codes = shown_codes(answer.text)
    assert answer.status_code == 200
    assert len(set(codes)) == 10
    assert 'href="/detections"' in answer.text
    after = client.get_cookie("vigie")
    assert before is not None
    assert after is not None
    assert after.value != before.value
    client.page("/detections")
    for code in codes:
        assert code not in client.get("/compte").text
    sign_out(client)
    assert accounts.sign_in(client, ALICE, codes[9]).status_code == 303
    assert changes() == ["totp_changed", "codes_renewed"]


def test_the_key_from_before_the_factor_opens_nothing(
    client: InspectingClient, world: World
) -> None:
    give_passphrase(world.alice)
    sign_in_as(client, world.alice, Method.PASSPHRASE)
    stolen = client.get_cookie("vigie")
    assert stolen is not None
    client.submit(TOTP, {"code": current_code(shown_secret(client.page(TOTP)))})
    client.page("/")
    client.set_cookie("vigie", stolen.value)
    assert client.get("/compte").status_code == 401


def test_a_wrong_code_enrols_nothing_and_the_same_secret_stays(
    client: InspectingClient, world: World
) -> None:
    give_passphrase(world.alice)
    sign_in_as(client, world.alice, Method.PASSPHRASE)
    secret = shown_secret(client.page(TOTP))
    for wrong in ("000000", "abcdef", "12", "", "٠١٢٣٤٥"):
        answer = client.submit(TOTP, {"code": wrong})
        assert answer.status_code == 422, wrong
        assert shown_secret(parsed(answer.text)) == secret
    assert client.get("/compte").status_code == 303


def test_the_code_that_enrolled_does_not_sign_in(client: InspectingClient, world: World) -> None:
    give_passphrase(world.alice)
    sign_in_as(client, world.alice, Method.PASSPHRASE)
    code = current_code(shown_secret(client.page(TOTP)))
    client.submit(TOTP, {"code": code})
    sign_out(client)
    assert accounts.sign_in(client, ALICE, code).status_code == 422


def test_another_application_replaces_the_first_and_codes_stay(
    client: InspectingClient, world: World
) -> None:
    held = local_account(world.alice)
    client.sign_in(world.alice)
    page = client.page(TOTP)
    answer = client.submit(TOTP, {"code": current_code(shown_secret(page))})
    assert (answer.status_code, answer.location) == (303, "/compte")
    sign_out(client)
    assert accounts.sign_in(client, ALICE, held.code()).status_code == 422
    assert accounts.sign_in(client, ALICE, held.codes[0]).status_code == 303
    subjects = [email.subject for email in told_by_email()]
    assert subjects[0] == "L’application d’authentification de votre compte Vigie a changé"


def test_the_last_factor_is_not_removed(client: InspectingClient, world: World) -> None:
    held = local_account(world.alice)
    client.sign_in(world.alice)
    client.submit("/compte/second-facteur/retrait", {}, page="/compte")
    assert "C’est votre seul second facteur" in client.get("/compte").text
    key = add_passkey(world.alice)
    client.submit("/compte/second-facteur/retrait", {}, page="/compte")
    assert "Retirer l’application" not in client.get("/compte").text
    client.submit(f"/compte/cles/{key}/retrait", {}, page="/compte")
    assert "C’est votre seul second facteur" in client.get("/compte").text
    assert changes() == ["totp_removed"]
    sign_out(client)
    assert accounts.sign_in(client, ALICE, held.code()).status_code == 422
    assert accounts.sign_in(client, ALICE, held.codes[0]).status_code == 303


def test_my_passkeys_are_mine_to_remove(client: InspectingClient, world: World) -> None:
    local_account(world.alice)
    local_account(world.bob)
    mine, theirs = add_passkey(world.alice), add_passkey(world.bob)
    client.sign_in(world.alice)
    assert client.submit(f"/compte/cles/{theirs}/retrait", {}, page="/compte").status_code == 404
    assert client.submit(f"/compte/cles/{mine}/retrait", {}, page="/compte").status_code == 303
    with system() as session:
        assert session.scalars(select(Passkey.id)).all() == [theirs]
    assert changes() == ["passkey_removed"]


def test_new_codes_replace_the_old_ones(client: InspectingClient, world: World) -> None:
    held = local_account(world.alice)
    client.sign_in(world.alice)
    codes = shown_codes(client.submit(CODES, {}, page="/compte").text)
    assert len(codes) == 10
    sign_out(client)
    assert accounts.sign_in(client, ALICE, held.codes[0]).status_code == 422
    assert accounts.sign_in(client, ALICE, codes[0]).status_code == 303
    assert changes() == ["codes_renewed"]


@pytest.mark.parametrize(
    "act",
    [
        lambda client: client.get(TOTP),
        lambda client: client.submit(TOTP, {"code": "000000"}, page="/compte"),
        lambda client: client.submit(CODES, {}, page="/compte"),
        lambda client: client.submit("/compte/second-facteur/retrait", {}, page="/compte"),
    ],
)
def test_an_old_session_must_prove_its_identity_again(
    client: InspectingClient, world: World, act: Callable[[InspectingClient], object]
) -> None:
    held = local_account(world.alice)
    add_passkey(world.alice)
    client.sign_in(world.alice)
    with at(utcnow() + timedelta(minutes=16)):
        answer = act(client)
        assert answer.location.startswith("/compte/confirmation")  # type: ignore[attr-defined]
        stolen = client.get_cookie("vigie")
        assert stolen is not None
        asked = f"/compte/confirmation?next={TOTP}"
        wrong = client.submit(asked, {"present": "une autre phrase"})
        assert wrong.status_code == 422
        assert "Phrase de passe incorrecte" in wrong.text
        assert [line.details["agent"] for line in journaled(Event.ACCOUNT_REFUSED)] == [world.alice]
        fields = {"present": PASSPHRASE, "next": TOTP}
        assert client.submit(asked, fields).location == TOTP
        client.page(TOTP)
        client.set_cookie("vigie", stolen.value)
        assert client.get("/compte").status_code == 401
    sign_out(client)
    assert accounts.sign_in(client, ALICE, held.codes[0]).status_code == 303


def test_changing_the_passphrase_requires_the_current_one_and_closes_the_other_sessions(
    client: InspectingClient, app: TransactionalFlask, world: World
) -> None:
    held = local_account(world.alice)
    other = app.test_client()
    other.set_cookie("vigie", open_session(world.alice))
    client.sign_in(world.alice)
    form = {"present": PASSPHRASE, "passphrase": ANOTHER, "again": ANOTHER}
    path = "/compte/phrase-de-passe"
    for wrong, said in (
        ({**form, "present": "pas celle-ci"}, "Phrase de passe incorrecte"),
        ({**form, "again": "autre chose"}, "Les deux saisies diffèrent"),
        ({**form, "passphrase": "court", "again": "court"}, "au moins 15 caractères"),
        ({**form, "passphrase": "alice fictif alice", "again": "alice fictif alice"}, "se devine"),
    ):
        answer = client.submit(path, wrong)
        assert answer.status_code == 422, wrong
        assert said in answer.text
        assert not any(typed in answer.text for typed in (PASSPHRASE, ANOTHER))
    assert other.get("/compte").status_code == 200
    assert client.submit(path, form).location == "/compte"
    client.page("/compte")
    assert other.get("/compte").status_code == 401
    sign_out(client)
    assert accounts.show_passphrase(client, ALICE).status_code == 422
    page = accounts.show_passphrase(client, ALICE, ANOTHER)
    assert accounts.show_code(client, page, held.code()).status_code == 303
    (told,) = told_by_email()
    assert told.subject == "Votre phrase de passe Vigie a été changée"
    assert told.agent_id == world.alice
    assert len(journaled(Event.PASSPHRASE_CHANGED)) == 1


def test_an_account_of_proconnect_has_nothing_to_change_here(
    client: InspectingClient, world: World
) -> None:
    client.sign_in(world.alice)
    for path in (TOTP, "/compte/cles", "/compte/phrase-de-passe", "/compte/confirmation"):
        assert client.get(path).location == "/compte", path
    assert client.submit(CODES, {}, page="/compte").location == "/compte"


def test_nobody_reads_or_writes_the_factors_of_somebody_else(
    client: InspectingClient, world: World
) -> None:
    local_account(world.alice)
    add_passkey(world.alice)
    client.sign_in(world.alice)
    for agent_id, expected in ((world.bob, 0), (world.alice, 1)):
        with working_as(agent_id) as (session, _):
            for model in (Credential, Passkey):
                assert session.scalar(select(func.count()).select_from(model)) == expected
            assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 10 * expected


def test_a_passkey_needs_a_name_not_a_number(client: InspectingClient, world: World) -> None:
    """At http://127.0.0.1, browsers have none: nothing is offered."""
    local_account(world.alice)
    client.sign_in(world.alice)
    assert "Ajouter une clé d’accès" in client.get("/compte").text
    settings = client.application.config["VIGIE"]
    object.__setattr__(settings, "public_url", "http://127.0.0.1:5000")
    try:
        assert "il faut un nom de domaine en https" in client.get("/compte").text
        assert client.get("/compte/cles").location == "/compte"
        sign_out(client)
        assert "clé d’accès" not in client.get("/connexion").text
    finally:
        object.__setattr__(settings, "public_url", "http://localhost")


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", "pas du JSON", '{"id": "AAAA", "rawId": 3}']
)
def test_a_passkey_that_signed_nothing_opens_nothing(
    client: InspectingClient, world: World, answer: str
) -> None:
    local_account(world.alice)
    add_passkey(world.alice)
    refused = client.submit("/connexion/cle", {"credential": answer}, page="/connexion")
    assert refused.status_code == 422
    if answer:
        assert [line.details["factor"] for line in journaled(Event.ACCOUNT_REFUSED)] == ["passkey"]
    assert client.get("/compte").status_code == 401
    client.sign_in(world.alice)
    form = {"credential": answer, "label": "Clé"}
    assert client.submit("/compte/cles", form).status_code == 422
