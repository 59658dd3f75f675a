"""Signing in with ProConnect, over HTTP against its double: who enters, and what was being done goes on."""

import json

import pytest
from sqlalchemy import select

from app.accounts.models import Agent
from app.accounts.proconnect import protocol, recognition
from app.core.access.identity import system_identity
from app.core.access.rows import acting_as
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.journal import JournalEntry
from app.core.web.drafts import Draft
from app.extensions import db
from proconnect_double.authorisation import PARAMETERS
from proconnect_double.provider import Provider
from proconnect_double.signing import Signer
from tests.factories.people import World, identity
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.proconnect import Traveller, query_of

ACTOR = system_identity("tests")


def journaled(world: World) -> list[tuple[str, dict[str, object]]]:
    """Every line of the journal: its event and its details."""
    controller = identity(db.session(), world.controller)
    db.session.rollback()
    with acting_as(controller):
        lines = db.session.execute(
            select(JournalEntry.event, JournalEntry.details).order_by(JournalEntry.id)
        ).all()
        db.session.rollback()
    return [(line.event, line.details) for line in lines]


def test_a_prepared_account_enters_and_is_linked_once(
    traveller: Traveller, world: World, client: InspectingClient
) -> None:
    answer = traveller.sign_in("sub-alice")
    assert (answer.status_code, answer.location) == (303, "/bienvenue")
    assert "Alice Fictif" in client.page("/compte").get_text()
    traveller.sign_out()
    traveller.abroad.cookies.clear()
    traveller.sign_in("sub-alice")
    lines = journaled(world)
    linked = [details for event, details in lines if event == "accounts:agent:linked"]
    assert linked == [{"agent": world.alice, "email": "alice@exemple.invalid", "sub": "sub-alice"}]
    opened = [details for event, details in lines if event == "accounts:session:opened"]
    assert [details["method"] for details in opened] == ["proconnect", "proconnect"]


def test_sub_alone_decides_once_known(
    traveller: Traveller, provider: Provider, world: World, client: InspectingClient
) -> None:
    with unit_of_work(ACTOR) as session:
        session.get_one(Agent, world.carol).proconnect_sub = "sub-alice"
    traveller.sign_in("sub-alice")
    # The address said alice: it is not read any more.
    assert "Carol Fictif" in client.page("/compte").get_text()


def test_keys_may_change_and_be_of_either_kind(
    traveller: Traveller, provider: Provider, world: World
) -> None:
    for algorithm in ("ES256", "RS256", "RS256"):
        provider.signer = Signer(algorithm)
        assert traveller.sign_in("sub-alice").location == "/bienvenue"


def test_a_role_without_zone_enters(traveller: Traveller, world: World) -> None:
    assert traveller.sign_in("sub-administration").location == "/bienvenue"


def test_the_request_has_only_what_proconnect_reads(traveller: Traveller, world: World) -> None:
    asked = traveller.ask(next="/detections")
    assert asked.status_code == 303
    query = query_of(asked.location)
    assert set(query) <= PARAMETERS
    assert query["scope"] == "openid email"
    assert query["redirect_uri"] == "http://localhost/connexion/proconnect/retour"
    assert json.loads(query["claims"])["id_token"]["acr"] == {
        "essential": True,
        "values": ["eidas1-mfa", "eidas2", "eidas3"],
    }


@pytest.mark.parametrize("name", ["state", "nonce"])
def test_random_values_are_long_and_never_repeated(
    traveller: Traveller, world: World, name: str
) -> None:
    drawn = {query_of(traveller.ask().location)[name] for _ in range(3)}
    assert len(drawn) == 3
    assert all(len(value) >= 32 for value in drawn)


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/detections?niveau=elevee", "/detections?niveau=elevee"),
        ("", "/bienvenue"),
        ("https://ailleurs.invalid/", "/bienvenue"),
        ("//ailleurs.invalid", "/bienvenue"),
        ("/\\ailleurs.invalid", "/bienvenue"),
        ("/\tailleurs.invalid", "/bienvenue"),
        ("javascript:alert(1)", "/bienvenue"),
    ],
)
def test_one_lands_on_the_page_asked_for_and_never_elsewhere(
    traveller: Traveller, world: World, target: str, lands: str
) -> None:
    assert traveller.sign_in("sub-alice", next=target).location == lands


def test_what_was_being_typed_comes_back(
    traveller: Traveller, world: World, client: InspectingClient
) -> None:
    page = f"/entreprises/{world.siren_21}/commentaires"
    typed = json.dumps({"body": ["Le dirigeant rappelle demain."]})
    assert traveller.sign_in("sub-alice", next=page, resume=typed).location == page
    with acting_as(identity(db.session(), world.alice)):
        db.session.rollback()
        kept = db.session.scalar(select(Draft.fields))
        db.session.rollback()
    assert kept == {"body": ["Le dirigeant rappelle demain."]}


def test_a_text_too_long_to_wait_in_the_browser_is_given_back_before_leaving(
    traveller: Traveller, world: World
) -> None:
    # Random-looking, so that nothing compresses it.
    text = " ".join(f"{number * 7919 % 99991:x}" for number in range(2000))
    answer = traveller.ask(next="/fil", resume=json.dumps({"body": [text]}))
    assert answer.status_code == 422
    page = parsed(answer.text)
    kept = page.find("textarea")
    assert kept is not None
    assert kept.get_text() == text
    assert page.find("input", {"name": "next"})["value"] == "/fil"


def test_without_proconnect_nothing_offers_it(client: InspectingClient, world: World) -> None:
    assert "ProConnect" not in client.page("/connexion").get_text()
    asked = client.submit("/connexion/proconnect", {}, page="/connexion")
    assert (asked.status_code, asked.location) == (303, "/connexion")
    assert client.get(protocol.RETURN_PATH).location == "/connexion"
    assert "form-action 'self';" in client.get("/connexion").headers["Content-Security-Policy"]


def test_the_sign_in_page_offers_proconnect_first(
    client: InspectingClient, provider: Provider
) -> None:
    buttons = [button.get_text(strip=True) for button in client.page("/connexion").select("button")]
    names = [name for name in buttons if name.startswith("Se connecter")]
    assert names == ["Se connecter avec ProConnect", "Se connecter"]
    origin = provider.issuer.removesuffix("/api/v2")
    policy = client.get("/connexion").headers["Content-Security-Policy"]
    assert f"form-action 'self' {origin};" in policy


def test_the_way_in_needs_the_token_of_our_page(
    client: InspectingClient, provider: Provider
) -> None:
    assert client.post("/connexion/proconnect", data={"next": "/"}).status_code in {400, 401}


def test_unlinking_lets_another_identity_be_linked(traveller: Traveller, world: World) -> None:
    traveller.sign_in("sub-alice")
    traveller.sign_out()
    traveller.abroad.cookies.clear()
    assert traveller.sign_in("sub-usurpatrice").status_code == 403
    with unit_of_work(ACTOR) as session:
        recognition.unlink(session, ACTOR, "ALICE@exemple.invalid")
    traveller.abroad.cookies.clear()
    assert traveller.sign_in("sub-usurpatrice").status_code == 303
    with pytest.raises(DomainError, match="Aucun compte relié"), unit_of_work(ACTOR) as session:
        recognition.unlink(session, ACTOR, "bob@exemple.invalid")
