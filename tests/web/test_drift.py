"""The screens of drift and of the shadow: who sees them, who overrides a red drift."""

from datetime import date

import pytest
from sqlalchemy import text

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.journal import Event
from app.detections.drift import alarms
from app.detections.drift.models import DriftReport, ShadowRun
from app.detections.models import RunState
from app.detections.runs import queries as run_queries
from app.detections.runs import services
from app.models_registry.models import ModelState, ModelVersion
from scoring.vocabulary import DriftVerdict
from tests.factories.detections import AS_OF
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

ACTOR = system_identity("tests")
FINDINGS = [
    {"measure": "psi", "name": "workforce", "label": "Effectif", "value": 0.31, "verdict": "red"},
    {"measure": "missing", "name": "age", "label": "Âge de l’entreprise", "value": 0.06, "verdict": "orange"},
    {"measure": "psi", "name": "debt_ratio", "label": "Dette Urssaf", "value": 0.01, "verdict": "green"},
]  # fmt: skip


@pytest.fixture
def blocked(world: World) -> int:
    """A run that its drift holds back; its number."""
    with unit_of_work(ACTOR) as session:
        models = [
            ModelVersion(directory=name, sha256=name * 64, trained_as_of=AS_OF, state=state, metrics={})
            for name, state in (("a", ModelState.CHAMPION), ("b", ModelState.CHALLENGER))
        ]  # fmt: skip
        session.add_all(models)
        session.flush()
        run = services.start_run(session, ACTOR, as_of=AS_OF, trigger="test")
        run.state, run.error = RunState.FAILED, "La dérive est au rouge"
        earlier = services.start_run(session, ACTOR, as_of=date(2026, 8, 1), trigger="test")
        session.add(
            DriftReport(
                run_id=run.id, model_id=models[0].id, verdict=DriftVerdict.RED, findings=FINDINGS
            )
        )
        counts = {"firms": 1200, "psi": 0.042, "entered": 31, "left": 29, "raised": 7, "lowered": 8}
        session.add_all(
            [
                ShadowRun(run_id=earlier.id, model_id=models[1].id, champion_id=models[0].id, counts=counts),
                ShadowRun(run_id=run.id, model_id=models[1].id, champion_id=models[0].id, counts={}, error="Fichier abîmé"),
            ]
        )  # fmt: skip
        session.flush()
        return run.id


def test_the_page_of_the_model_says_that_a_list_waits_and_what_moved(
    world: World, blocked: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.admin)
    told = client.page("/modele").get_text(" ", strip=True)
    assert "La liste du 1er novembre 2026 attend : une dérive est au rouge" in told
    page = client.page(f"/modele/detection/{blocked}/derive")
    rows = [row.get_text(" ", strip=True) for row in page.select("#mesures tbody tr")]
    assert rows == [
        "Effectif Déplacement (PSI) 0,31 Dérive",
        "Âge de l’entreprise Écart de données absentes 6,0\xa0% À surveiller",
    ]
    assert "1 mesure stable sur 3" in page.get_text()
    assert "Autoriser malgré tout" not in page.get_text(), "an administrator does not decide"
    sign_in_as(client, world.scientist)
    assert "Autoriser malgré tout" in client.page(f"/modele/detection/{blocked}/derive").get_text()
    model = client.page("/modele/versions/1").get_text(" ", strip=True)
    assert "Effectif Déplacement (PSI) 0,31 Dérive" in model


def test_the_page_of_the_challenger_counts_what_would_have_changed(
    world: World, blocked: int, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.scientist).page("/modele/versions/2")
    rows = [row.get_text(" ", strip=True) for row in page.select("#essai tbody tr")]
    assert rows[0].replace("\u202f", " ") == "1er août 2026 1 200 31 29 7 8 0,042"
    assert "Fichier abîmé" in rows[1]


EXCUSE = "Effectifs repris par l’Urssaf"


def test_a_data_scientist_overrides_it_with_a_reason_and_the_run_resumes(
    world: World, blocked: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    path = f"/modele/detection/{blocked}/autorisation"
    for told in (
        {"kind": "source", "motive": " "},
        {"kind": "source", "motive": "ok"},
        {"motive": EXCUSE},
    ):
        assert client.submit(path, told).status_code == 422
    assert client.submit(path, {"kind": "source", "motive": EXCUSE}).status_code == 303
    with unit_of_work(ACTOR) as session:
        assert run_queries.get_run(session, ACTOR, blocked).state is RunState.WAITING
        assert session.scalar(text("select task_name from procrastinate_jobs")) == "detections.run"
    (line,) = journaled(Event.DRIFT_ALLOWED)
    assert line.details["excuse"] == "source"
    assert EXCUSE not in str(line.details)
    told = client.page(f"/modele/detection/{blocked}/derive").get_text()
    assert EXCUSE in told
    assert "attend" not in client.page("/modele").get_text()
    again = client.submit(path, {"kind": "source", "motive": "Encore une fois"})
    assert again.status_code == 422
    assert "pas bloquée" in again.get_data(as_text=True)


def test_a_list_that_came_out_waits_no_longer_in_anybody_s_bell(
    world: World, blocked: int, client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    with unit_of_work(ACTOR) as session:
        alarms.notify_drift(session, run_queries.get_run(session, ACTOR, blocked))
    assert "La liste du mois attend" in client.page("/notifications").get_text()
    for published_on, waits in ((date(2026, 10, 1), True), (AS_OF, False)):
        with unit_of_work(ACTOR) as session:
            alarms.settle_drift(session, as_of=published_on)
        told = client.page("/notifications").get_text()
        assert ("La liste du mois attend" in told) is waits


def test_who_asked_for_a_detection_does_not_allow_its_list(
    world: World, blocked: int, client: InspectingClient
) -> None:
    with unit_of_work(ACTOR) as session:
        run_queries.get_run(session, ACTOR, blocked).started_by = world.scientist
    sign_in_as(client, world.scientist)
    path = f"/modele/detection/{blocked}/autorisation"
    answer = client.submit(path, {"kind": "source", "motive": EXCUSE})
    assert answer.status_code == 422
    assert "une autre personne" in answer.get_data(as_text=True)
    assert not journaled(Event.DRIFT_ALLOWED)


def test_who_sees_and_who_decides(world: World, blocked: int, client: InspectingClient) -> None:
    path = f"/modele/detection/{blocked}"
    paths = (f"{path}/derive", f"{path}/autorisation")
    for agent, expected in (
        (world.scientist, (200, 200)), (world.admin, (200, 403)), (world.alice, (403, 403)), (world.controller, (403, 403)),
    ):  # fmt: skip
        sign_in_as(client, agent)
        assert tuple(client.get(each).status_code for each in paths) == expected, agent
        if expected[1] == 403:
            assert client.submit(paths[1], {"reason": "x"}, page="/compte").status_code == 403
    assert sign_in_as(client, world.scientist).get("/modele/detection/99/derive").status_code == 404
    client.delete_cookie("vigie")
    assert [client.get(each).status_code for each in paths] == [401, 401]
