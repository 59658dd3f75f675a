"""Sign-in, sign-out, the commitment, my account."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import Administration, Commitment
from app.accounts.services import NewAccount, create_agent
from app.companies.models import Company
from app.core.identity import Role, system_identity
from app.core.journal import JournalEntry
from app.core.scope import acting_as
from app.core.unit_of_work import unit_of_work
from app.extensions import db
from tests.factories.people import World, identity
from tests.support.client import InspectingClient

EMAIL, PASSPHRASE = "nouvelle@exemple.invalid", "une longue phrase de passe"


@pytest.fixture
def newcomer(world: World) -> int:
    """An account with a passphrase, which has signed nothing yet."""
    with unit_of_work(system_identity("tests")) as session:
        account = NewAccount(
            email=EMAIL,
            first_name="Nouvelle",
            last_name="Fictif",
            administration=Administration.DIRECCTE,
            roles=(Role.AGENT,),
            password=PASSPHRASE,
        )
        agent = create_agent(session, account)
        return agent.id


def test_a_passphrase_opens_a_session(client: InspectingClient, newcomer: int) -> None:
    answer = client.submit(
        "/connexion", {"email": EMAIL.upper(), "password": PASSPHRASE, "next": "/compte"}
    )
    assert (answer.status_code, answer.location) == (303, "/compte")
    assert "Nouvelle Fictif" in client.page("/compte").get_text()


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, "une autre phrase"), ("inconnue@exemple.invalid", PASSPHRASE)]
)
def test_a_refusal_says_the_same_whatever_was_wrong(
    client: InspectingClient, newcomer: int, email: str, password: str
) -> None:
    answer = client.submit("/connexion", {"email": email, "password": password})
    assert answer.status_code == 422
    assert "Adresse ou mot de passe incorrect." in answer.text
    assert password not in answer.text
    assert client.get("/compte").status_code == 401


def test_sign_ins_and_refusals_are_journaled(
    client: InspectingClient, newcomer: int, world: World
) -> None:
    client.submit("/connexion", {"email": EMAIL, "password": "faux mot de passe"})
    client.submit("/connexion", {"email": EMAIL, "password": PASSPHRASE})
    controller = identity(db.session(), world.controller)
    db.session.rollback()
    with acting_as(controller):
        events = db.session.scalars(select(JournalEntry.event).order_by(JournalEntry.id)).all()
        db.session.rollback()
    assert events == ["accounts:session:refused", "accounts:session:opened"]


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
    answer = client.submit("/connexion", {"email": EMAIL, "password": PASSPHRASE, "next": target})
    assert answer.location == "/bienvenue"


def test_everybody_is_welcomed_by_a_page_they_may_open(
    client: InspectingClient, world: World
) -> None:
    places = {
        world.alice: "/",
        world.manager: "/",
        world.scientist: "/donnees",
        world.admin: "/donnees",
    }
    for agent, place in places.items():
        client.sign_in(agent)
        assert client.get("/bienvenue").location == place
        client.page(place)


def test_no_page_that_shows_a_firm_opens_before_the_commitment(
    client: InspectingClient, newcomer: int
) -> None:
    client.sign_in(newcomer)
    # No habilitation either: the policy is asked after the commitment.
    answer = client.get("/")
    assert answer.status_code == 303
    assert answer.location.startswith("/engagement")
    assert client.submit("/engagement", {}).status_code == 422
    signed = client.submit("/engagement?next=/compte", {"accepted": "y"})
    assert (signed.status_code, signed.location) == (303, "/compte")
    assert client.get("/").status_code == 403


def test_an_old_signature_does_not_hold(client: InspectingClient, world: World) -> None:
    with unit_of_work(system_identity("tests")) as session:
        for commitment in session.scalars(
            select(Commitment).where(Commitment.agent_id == world.alice)
        ):
            commitment.accepted_at = commitment.accepted_at.replace(year=2020)
    client.sign_in(world.alice)
    assert client.get("/").status_code == 303


def test_signing_out_closes_the_session(client: InspectingClient, world: World) -> None:
    client.sign_in(world.alice)
    client.page("/")
    assert client.submit("/deconnexion", {}, page="/compte").status_code == 303
    assert client.get("/compte").status_code == 401


def test_a_request_without_token_is_refused(client: InspectingClient, world: World) -> None:
    client.sign_in(world.alice)
    assert client.post("/deconnexion").status_code == 400
    assert client.get("/compte").status_code == 200


def test_an_administrator_sees_no_firm(client: InspectingClient, world: World) -> None:
    client.sign_in(world.admin)
    assert client.get("/").status_code == 403
    with acting_as(identity(db.session(), world.admin)):
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(Company)) == 0
        db.session.rollback()
