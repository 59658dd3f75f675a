"""The button that withdraws a list, and what readers are told."""

from app.core.journal import Event
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

PAGE = "/modele/listes"
REASON = "Le fichier des débits était vide"


def test_a_list_is_withdrawn_with_a_reason_and_readers_are_told(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        number = publish_list(session, Alerted(siren=world.siren_21, department="21")).id
    sign_in_as(client, world.scientist)
    assert PAGE in client.get("/modele").text
    assert client.submit(f"{PAGE}/{number}/retrait", {"reason": "Non"}).status_code == 422
    assert client.submit(f"{PAGE}/{number}/retrait", {"reason": REASON}).status_code == 303
    own = client.get(PAGE).text
    assert "Une autre personne doit la confirmer" in own
    assert "Confirmer</button>" not in own
    client.submit(f"{PAGE}/retraits/1/decision", {"decision": "confirmer"}, page=PAGE)
    assert journaled(Event.LIST_WITHDRAWAL_DECIDED) == []
    sign_in_as(client, world.alice)
    assert client.get(f"/detections/{number}").status_code == 200
    assert client.get(PAGE).status_code == 403
    sign_in_as(client, world.admin)
    assert (
        client.submit(
            f"{PAGE}/retraits/1/decision", {"decision": "confirmer"}, page=PAGE
        ).status_code
        == 303
    )
    (line,) = journaled(Event.LIST_WITHDRAWAL_DECIDED)
    assert line.details == {"list": number, "withdrawal": 1, "choice": "confirmé"}
    sign_in_as(client, world.alice)
    assert client.get(f"/detections/{number}").status_code == 404
    assert REASON in client.get("/detections").text
    firm = client.get(f"/entreprises/{world.siren_21}").text
    assert "a été retirée le" in firm
    assert REASON in firm
    row = "Listes retirées après leur publication, par deux personnes 1"
    page = client.page("/algorithme")
    assert row in [tag.get_text(" ", strip=True) for tag in page.select("tr")]
