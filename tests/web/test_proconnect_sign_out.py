"""Signing out ends the session where it was begun: at ProConnect too, or here only."""

import pytest

from app.accounts.proconnect import protocol
from app.core.database.unit_of_work import TransactionalFlask
from proconnect_double.provider import Provider
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.proconnect import Traveller, query_of

SIGNED_OUT = protocol.SIGNED_OUT_PATH


def test_signing_out_ends_both_sessions(traveller: Traveller, world: World) -> None:
    traveller.sign_in("sub-alice")
    left = traveller.sign_out()
    assert left.status_code == 303
    assert set(query_of(left.location)) == {"id_token_hint", "state", "post_logout_redirect_uri"}
    assert len(query_of(left.location)["state"]) >= 32
    assert traveller.client.get("/compte").status_code == 401
    page = traveller.client.get(traveller.choose(left.location))
    assert page.status_code == 200
    assert "dans Vigie et chez ProConnect" in page.text
    # Otherwise the next click would sign in again without a question.
    again = traveller.abroad.get(traveller.ask().location, allow_redirects=False)
    assert "Choisir un agent fictif" in again.text


def test_without_signing_out_proconnect_asks_nothing(traveller: Traveller, world: World) -> None:
    traveller.sign_in("sub-alice")
    again = traveller.abroad.get(traveller.ask().location, allow_redirects=False)
    assert again.status_code == 303


def test_a_session_begun_here_ends_here(
    client: InspectingClient, provider: Provider, world: World
) -> None:
    client.sign_in(world.alice)
    assert client.submit("/deconnexion", {}, page="/compte").location == "/connexion"
    assert client.get("/compte").status_code == 401


@pytest.mark.parametrize("query", ["", "?state=", "?state=un-etat-que-personne-n-a-tire-au-sort"])
def test_a_return_that_was_not_asked_for_promises_nothing(
    traveller: Traveller, world: World, query: str
) -> None:
    traveller.sign_in("sub-alice")
    traveller.sign_out()
    page = traveller.client.get(SIGNED_OUT + query)
    assert page.status_code == 400
    assert "n’a pas pu être confirmée" in page.text


def test_the_session_here_ends_even_when_proconnect_does_not_answer(
    traveller: Traveller, world: World, app: TransactionalFlask
) -> None:
    traveller.sign_in("sub-alice")
    object.__setattr__(app.config["VIGIE"], "proconnect_issuer", "http://127.0.0.1:9/api/v2")
    left = traveller.sign_out()
    assert left.location == "/deconnexion/incomplete"
    assert "n’a pas pu être confirmée" in traveller.client.get(left.location).text
    assert traveller.client.get("/compte").status_code == 401
