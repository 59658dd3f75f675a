"""Who reads a need no more, or never did: an expert with an interest in the firm, whoever sees Vigie as an expert."""

import pytest

from tests.factories.impersonation import make_helper
from tests.factories.needs import SAID, PutNeed, put_to_three, referral_of
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.web.test_impersonation import look_as


@pytest.fixture
def put(world: World) -> PutNeed:
    return put_to_three(world)


def refuse(client: InspectingClient, put: PutNeed) -> str:
    """Bob says that he knows the firm; what the next page says."""
    path = f"/orientations/reponses/{referral_of(put.bob_expert_id)}/refus"
    answer = client.submit(path, {"shown": "0", "reason": "conflit"}, page=path)
    assert answer.status_code == 303
    return client.get(answer.location).text


def test_who_has_an_interest_in_the_firm_reads_no_more_of_it(
    client: InspectingClient,
    world: World,
    put: PutNeed,
) -> None:
    page = f"/orientations/{put.need_id}"
    client.sign_in(world.bob)
    assert SAID in client.get(page).text
    assert "Vous ne le lisez plus" in refuse(client, put)
    for path in (page, f"{page}/coordonnees"):
        assert client.get(path).status_code == 404, path
    assert client.submit(f"{page}/messages", {"body": "Encore un mot"}, page="/orientations").status_code == 404  # fmt: skip
    assert page not in client.get("/orientations?vue=terminees").text
    # Whoever keeps the antenne, and the other expert, follow what becomes of it.
    for reader in (world.alice, world.carol):
        client.sign_in(reader)
        assert "conflit d’intérêts" in client.get(page).text


def test_a_manager_who_is_that_expert_reads_no_more_either(
    client: InspectingClient,
    world: World,
    put: PutNeed,
) -> None:
    client.sign_in(world.admin)
    client.submit(f"/annuaire/antennes/{put.antenne_id}/responsables", {"managers": "bob@exemple.invalid"})  # fmt: skip
    client.sign_in(world.bob)
    refuse(client, put)
    assert client.get(f"/orientations/{put.need_id}").status_code == 404


@pytest.mark.parametrize("seen", ["carol", "alice"])
def test_whoever_sees_vigie_as_an_expert_reads_none_of_their_needs(
    client: InspectingClient,
    world: World,
    put: PutNeed,
    seen: str,
) -> None:
    look_as(client, make_helper(), getattr(world, seen))
    assert client.get("/orientations").status_code == 200
    assert f"/orientations/{put.need_id}" not in client.get("/orientations").text
    assert client.get(f"/orientations/{put.need_id}").status_code == 404
