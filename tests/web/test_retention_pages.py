"""« Conservation »: what waits is said first, a rule takes two, a slip is signed by the archives alone, and printed."""

import hashlib

from flask import Flask

from app.core.database.cluster import LocalCluster
from app.core.journal import Event
from app.records.retention import jobs
from app.records.retention.models import KeptObject
from tests.factories.journal import superuser_of
from tests.factories.people import World
from tests.factories.records import Planter, due, plant_slip, sign, slip_of, years_ago
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as, sign_out

PAGE = "/conservation"


def test_what_waits_is_said_first_and_a_rule_takes_two(
    client: InspectingClient, world: World
) -> None:
    sign_in_as(client, world.admin)
    assert "Rien n’attend" in client.get(PAGE).text
    assert "Aucun essai à blanc" in client.get(PAGE).text
    address = f"{PAGE}/regles/brouillon/changement"
    typed = {
        "in_use_months": "0",
        "intermediate_months": "0",
        "fate": "elimination",
        "basis": "Tableau",
        "reason": "Un trimestre suffit",
    }
    refused = client.submit(address, typed)
    assert refused.status_code == 422
    assert "De 1 à 1200 mois." in refused.text
    assert "Un trimestre suffit" in refused.text, "what was typed stays"
    assert client.submit(address, {**typed, "in_use_months": "3"}).status_code == 303
    own = client.get(f"{PAGE}/changements/1").text
    assert "Une autre personne décide" in own
    assert "Confirmer le changement" not in own
    sign_in_as(client, world.archivist)
    assert "attend votre décision" in client.get(PAGE).text
    client.submit(f"{PAGE}/changements/1", {"decision": "confirmer"})
    assert "3 mois" in client.get(f"{PAGE}/regles").text
    assert "Règles tenues ailleurs" in client.get(f"{PAGE}/regles").text
    assert len(journaled(Event.RETENTION_DECIDED)) == 1
    assert client.get(f"{PAGE}/regles/inconnu/changement").status_code == 404


def test_a_slip_is_signed_by_the_archives_alone(client: InspectingClient, world: World) -> None:
    number = plant_slip()
    address = f"{PAGE}/bordereaux/{number}"
    for stranger, seen in (
        (world.alice, 403),
        (world.team, 403),
        (world.admin, 200),
        (world.controller, 200),
    ):
        sign_in_as(client, stranger)
        assert client.get(PAGE).status_code == seen
        assert client.get(address).status_code == seen
        assert client.get(f"{address}/visa").status_code == 403
        assert client.post(f"{address}/visa", data={"visa": "donne"}).status_code in {400, 403}
        assert client.get(f"{address}/versement").status_code == 403
    sign_out(client)
    assert client.get(address).status_code in {302, 401}
    assert slip_of(KeptObject.COMMENT).is_accepted is None
    sign_in_as(client, world.archivist)
    first = client.page(PAGE)
    assert f"Le bordereau n° {number} attend le visa des archives" in first.text
    refused = client.submit(f"{address}/visa", {"visa": "refuse", "remark": ""})
    assert refused.status_code == 422
    assert "pourquoi le visa est refusé" in refused.text
    assert client.submit(f"{address}/visa", {"visa": "donne"}).status_code == 303
    shown = client.get(address).text
    assert "Donné le" in shown
    assert "Viser le bordereau" not in shown
    late = client.submit(f"{address}/visa", {"visa": "refuse", "remark": "Trop tard"})
    assert late.status_code == 422
    assert "déjà visé" in late.text


def test_what_is_handed_over_is_downloaded_received_then_gone(
    client: InspectingClient, world: World, app: Flask, cluster: LocalCluster
) -> None:
    last = years_ago(60)
    with superuser_of(app, cluster) as superuser:
        case_id = Planter(world, superuser).case(last, 0)
        superuser.execute(
            "update retention_rule set fate = 'archivage' where object = 'accompagnement'"
        )
    jobs.night()
    slip = slip_of(KeptObject.CASE)
    address = f"{PAGE}/bordereaux/{slip.id}"
    sign(world.archivist, slip.id)
    sign_in_as(client, world.archivist)
    assert client.get(f"{address}/versement").status_code == 404, "it is not made yet"
    assert "Le versement se prépare" in client.get(address).text
    jobs.package(slip_id=slip.id)
    given = client.get(f"{address}/versement")
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert hashlib.sha256(given.data).hexdigest() == slip_of(KeptObject.CASE).package_sha256
    assert len(journaled(Event.RECORDS_PACKAGE_READ)) == 1
    sign_in_as(client, world.admin)
    assert client.get(f"{address}/versement").status_code == 403
    sign_in_as(client, world.archivist)
    assert due(KeptObject.CASE, last) == 1
    client.submit(f"{address}/reception", {}, page=address)
    assert len(journaled(Event.RECORDS_RECEIVED)) == 1
    jobs.execute()
    assert due(KeptObject.CASE, last) == 0
    assert client.get(f"{address}/versement").status_code == 404
    assert "Exécuté" in client.get(PAGE).text
    sign_in_as(client, world.alice)
    shown = client.get(f"/accompagnements/{case_id}").text
    assert "Dossier éliminé le" in shown
    assert f"bordereau n° {slip.id}" in shown
