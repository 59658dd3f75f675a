"""Deciding of a model: trial in the shadow, signature, coming back; who may, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.journal import Event
from app.core.now import utcnow
from app.detections.drift.models import ShadowRun
from app.detections.models import DetectionRun, RunState
from app.messages.bell import announce
from app.messages.models import Reason
from app.models_registry.models import ModelState, ModelVersion
from app.trainings.models import TrainingRun, TrainingState, TrainingStep
from tests.factories.detections import AS_OF
from tests.factories.network import working_as
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

ACTOR = system_identity("tests")


def gate(champion: int, *, passed: bool = True) -> dict[str, Any]:
    line = {"name": "citl", "sentence": "Risque prédit sur risque observé", "value": 0.81, "bound": "entre 0,9 et 1,15"}  # fmt: skip
    return {
        "champion": champion, "is_open": passed, "measured_at": "2026-11-01T00:00:00+00:00", "excuse": None,
        "conditions": [
            {"name": "failures", "sentence": "Défaillances observées dans le test", "value": 250, "bound": "au moins 200", "passed": True},
            {**line, "passed": passed},
        ],
    }  # fmt: skip


@pytest.fixture
def models(world: World) -> tuple[int, int]:
    """The champion and a candidate worth it, which followed a run in the shadow, as numbers."""
    with unit_of_work(ACTOR) as session:
        champion = ModelVersion(
            directory="models/a", sha256="a" * 64, trained_as_of=AS_OF, state=ModelState.CHAMPION, metrics={}
        )  # fmt: skip
        session.add(champion)
        session.flush()
        candidate = ModelVersion(
            directory="models/b",
            sha256="b" * 64,
            trained_as_of=AS_OF,
            metrics={},
            gate=gate(champion.id),
        )
        run = DetectionRun(as_of=AS_OF, state=RunState.DONE, trigger="test")
        session.add_all([candidate, run])
        session.flush()
        session.add(
            ShadowRun(run_id=run.id, model_id=candidate.id, champion_id=champion.id, counts={})
        )
        return champion.id, candidate.id


def change(model: int, **values: object) -> None:
    with unit_of_work(ACTOR) as session:
        for name, value in values.items():
            setattr(session.get_one(ModelVersion, model), name, value)


def states() -> dict[int, ModelState]:
    with unit_of_work(ACTOR) as session:
        return {version.id: version.state for version in session.scalars(select(ModelVersion))}


def sign(client: InspectingClient, model: int, reason: str = "Relu la fiche du modèle") -> Any:
    return client.submit(f"/modele/versions/{model}/signature", {"reason": reason})


def test_a_signature_puts_the_challenger_in_service(
    world: World, models: tuple[int, int], client: InspectingClient
) -> None:
    champion, candidate = models
    sign_in_as(client, world.scientist)
    path = f"/modele/versions/{candidate}"
    assert client.submit(f"{path}/essai", {}, page=path).status_code == 303
    assert states() == {champion: ModelState.CHAMPION, candidate: ModelState.CHALLENGER}
    assert "Toutes remplies" in client.page(path).get_text()
    assert sign(client, candidate).status_code == 303
    assert states() == {champion: ModelState.RETIRED, candidate: ModelState.CHAMPION}
    (line,) = journaled(Event.MODEL_PROMOTED)
    assert line.details["version"] == candidate
    assert line.details["former"] == champion
    assert "Relu la fiche du modèle" not in str(line.details)
    assert line.actor_id == world.scientist
    assert "Relu la fiche du modèle" in client.page(path).get_text()


def test_one_click_comes_back_to_the_former_champion_once(
    world: World, models: tuple[int, int], client: InspectingClient
) -> None:
    champion, candidate = models
    change(candidate, state=ModelState.CHALLENGER)
    sign_in_as(client, world.scientist)
    assert client.page("/modele").select_one("form[action$='/modele/retour']") is None
    sign(client, candidate)
    assert client.submit("/modele/retour", {}, page="/modele").status_code == 303
    assert states() == {champion: ModelState.CHAMPION, candidate: ModelState.RETIRED}
    (line,) = journaled(Event.MODEL_ROLLED_BACK)
    assert line.details["version"] == champion
    # A second click would put back, without any gate, the model that was just left.
    assert client.page("/modele").select_one("form[action$='/modele/retour']") is None
    client.submit("/modele/retour", {}, page=f"/modele/versions/{candidate}")
    assert states()[champion] is ModelState.CHAMPION
    assert len(journaled(Event.MODEL_ROLLED_BACK)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"gate": None}, "n’ont pas été mesurées"),
        ({"gate": gate(1, passed=False)}, "Risque prédit sur risque observé (entre 0,9 et 1,15)"),
        ({"gate": gate(77)}, "contre le modèle n° 77"),
        ({"state": ModelState.CANDIDATE}, "pas à l’essai"),
        ({"state": ModelState.RETIRED}, "pas à l’essai"),
    ],
)
def test_a_signature_is_refused_with_the_condition(
    world: World, models: tuple[int, int], client: InspectingClient,
    changes: dict[str, object], words: str,
) -> None:  # fmt: skip
    champion, candidate = models
    change(candidate, **{"state": ModelState.CHALLENGER} | changes)
    sign_in_as(client, world.scientist)
    answer = sign(client, candidate)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert "Relu la fiche" in answer.get_data(as_text=True), "what was typed is lost"
    assert states()[champion] is ModelState.CHAMPION
    assert not journaled(Event.MODEL_PROMOTED)


@pytest.mark.parametrize("followed", ["nothing", "a run that failed", "another champion"])
def test_a_full_run_in_the_shadow_of_the_champion_is_required(
    world: World, models: tuple[int, int], client: InspectingClient, followed: str
) -> None:
    champion, candidate = models
    change(candidate, state=ModelState.CHALLENGER)
    with unit_of_work(ACTOR) as session:
        shadow = session.scalars(select(ShadowRun)).one()
        run_id = shadow.run_id
        session.delete(shadow)
        session.flush()
        if followed != "nothing":
            session.add(
                ShadowRun(
                    run_id=run_id,
                    model_id=candidate,
                    champion_id=candidate if followed == "another champion" else champion,
                    error="Illisible" if followed == "a run that failed" else None,
                    counts={},
                )
            )
    sign_in_as(client, world.scientist)
    answer = sign(client, candidate)
    assert answer.status_code == 422
    assert "pas encore suivi une détection" in answer.get_data(as_text=True)
    assert (
        "pas encore suivi une détection" in client.page(f"/modele/versions/{candidate}").get_text()
    )
    assert states()[champion] is ModelState.CHAMPION


def test_a_signature_needs_a_reason(
    world: World, models: tuple[int, int], client: InspectingClient
) -> None:
    change(models[1], state=ModelState.CHALLENGER)
    assert sign(sign_in_as(client, world.scientist), models[1], reason=" ").status_code == 422
    assert states()[models[0]] is ModelState.CHAMPION


def test_one_challenger_at_a_time_and_never_the_champion(
    world: World, models: tuple[int, int], client: InspectingClient
) -> None:
    champion, first = models
    with unit_of_work(ACTOR) as session:
        other = ModelVersion(directory="models/c", sha256="c" * 64, trained_as_of=AS_OF, metrics={})
        session.add(other)
        session.flush()
        second = other.id
    sign_in_as(client, world.scientist)
    for model in (first, second, second, champion):
        page = f"/modele/versions/{first if model == second else second}"
        client.submit(f"/modele/versions/{model}/essai", {}, page=page)
        assert client.get(page).status_code == 200
    assert states() == {champion: ModelState.CHAMPION, first: ModelState.CANDIDATE, second: ModelState.CHALLENGER}  # fmt: skip
    assert len(journaled(Event.MODEL_CHALLENGED)) == 2


def test_data_scientists_decide_administrators_read_nobody_else(
    world: World, models: tuple[int, int], client: InspectingClient
) -> None:
    model = f"/modele/versions/{models[1]}"
    reads, decides = (model,), (f"{model}/mesure", f"{model}/signature")
    posts = (f"{model}/essai", f"{model}/mesure", f"{model}/signature", "/modele/retour")
    for agent, read, decide in (
        (world.scientist, 200, 200), (world.admin, 200, 403), (world.alice, 403, 403), (world.controller, 403, 403),
    ):  # fmt: skip
        sign_in_as(client, agent)
        assert {client.get(path).status_code for path in reads} == {read}, agent
        assert {client.get(path).status_code for path in decides} == {decide}, agent
        if decide == 403:
            answers = {client.submit(path, {}, page="/compte").status_code for path in posts}
            assert answers == {403}, agent
    assert sign_in_as(client, world.scientist).get("/modele/versions/99").status_code == 404
    client.delete_cookie("vigie")
    assert {client.get(path).status_code for path in (*reads, *decides)} == {401}


def test_the_database_refuses_what_only_a_data_scientist_decides(
    world: World, models: tuple[int, int]
) -> None:
    with working_as(world.admin) as (session, _):
        touched = session.execute(text("update model_version set state = 'retired' returning id"))
        assert touched.all() == []
    for statement in (
        "update model_version set metrics = '{}'",
        "update model_decision set reason = 'x'",
    ):
        with working_as(world.scientist) as (session, _), pytest.raises(DBAPIError, match="denied"):
            session.execute(text(statement))


def excuse(agent: int, *, days: int = 1) -> dict[str, Any]:
    written = (utcnow() - timedelta(days=days)).isoformat()
    return {
        "kind": "source",
        "motive": "Fichier des délais reçu en mars",
        "agent": agent,
        "written_at": written,
    }


def test_a_measure_is_asked_with_its_excuse(
    world: World, models: tuple[int, int], client: InspectingClient
) -> None:
    path = f"/modele/versions/{models[1]}/mesure"
    sign_in_as(client, world.scientist)
    told = {"kind": "source", "motive": "Fichier des délais reçu en mars"}
    assert client.submit(path, told).status_code == 303
    with unit_of_work(ACTOR) as session:
        arguments = session.scalar(
            text("select args from procrastinate_jobs where task_name = 'models.judge'")
        )
    assert arguments["version_id"] == models[1]
    assert {name: arguments["excuse"][name] for name in told} == told
    assert arguments["excuse"]["agent"] == world.scientist
    (line,) = journaled(Event.MODEL_JUDGED)
    assert line.details == {"version": models[1], "excuse": told["kind"]}
    assert told["motive"] not in str(line.details)


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "", "motive": "Fichier des délais reçu"},
        {"kind": "source", "motive": "ok"},
        {"kind": "source", "motive": ""},
        {"kind": "autre", "motive": "Fichier des délais reçu"},
    ],
    ids=["no kind", "one word", "nothing", "a kind of one's own"],
)
def test_not_any_text_excuses_a_move_of_the_scores(
    world: World, models: tuple[int, int], client: InspectingClient, told: dict[str, str]
) -> None:
    sign_in_as(client, world.scientist)
    assert client.submit(f"/modele/versions/{models[1]}/mesure", told).status_code == 422
    assert not journaled(Event.MODEL_JUDGED)


@pytest.mark.parametrize(
    ("days", "mine", "words"),
    [
        (1, True, "une autre personne doit signer"),
        (31, False, "plus de 30 jours"),
        (1, False, None),
    ],
    ids=["one's own", "old", "somebody else's"],
)
def test_an_excuse_is_for_somebody_else_to_sign_and_ends(
    world: World, models: tuple[int, int], client: InspectingClient,
    days: int, mine: bool, words: str | None,
) -> None:  # fmt: skip
    champion, candidate = models
    measured = gate(champion) | {
        "excuse": excuse(world.scientist if mine else world.admin, days=days)
    }
    change(candidate, state=ModelState.CHALLENGER, gate=measured)
    sign_in_as(client, world.scientist)
    assert "Fichier des délais" in client.page(f"/modele/versions/{candidate}").get_text()
    answer = sign(client, candidate)
    assert answer.status_code == (422 if words else 303)
    if words:
        assert words in answer.get_data(as_text=True)


def undecided(champion: int, **refused: bool) -> dict[str, Any]:
    """The gate of a region of 24 failing firms, whose intervals settle nothing."""
    measured = gate(champion, passed=False)
    for line in measured["conditions"]:
        line |= {"passed": False, "reserve": "inconclusive"}
    measured["conditions"][0]["value"] = 24
    if refused:
        measured["conditions"][1] |= {"reserve": None}
    return measured


def test_a_small_region_says_what_it_cannot_decide_and_somebody_may_sign(
    world: World, models: tuple[int, int], client: InspectingClient
) -> None:
    champion, candidate = models
    change(candidate, state=ModelState.CHALLENGER, gate=undecided(champion))
    sign_in_as(client, world.scientist)
    page = client.page(f"/modele/versions/{candidate}").get_text()
    assert "Non concluant : avec 24 entreprises défaillantes" in page
    assert "Non concluant" in client.page("/modele").get_text()
    assert "24 entreprises" in client.page(f"/modele/versions/{candidate}/signature").get_text()
    assert sign(client, candidate, reason="Vu").status_code == 422
    assert sign(client, candidate).status_code == 303
    (line,) = journaled(Event.MODEL_PROMOTED)
    assert "Non concluant" in line.details["conclusion"]


def test_what_a_small_region_refuses_is_refused(
    world: World, models: tuple[int, int], client: InspectingClient
) -> None:
    champion, candidate = models
    change(candidate, state=ModelState.CHALLENGER, gate=undecided(champion, refused=True))
    sign_in_as(client, world.scientist)
    assert sign(client, candidate).status_code == 422
    assert states()[champion] is ModelState.CHAMPION


def test_the_first_model_says_that_nothing_was_asked_of_it(
    world: World, models: tuple[int, int], client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    for path in ("/modele", f"/modele/versions/{models[0]}"):
        assert "n’a été comparé à aucun autre" in client.page(path).get_text()
    assert "comparé à aucun autre" not in client.page(f"/modele/versions/{models[1]}").get_text()


def trainings() -> list[tuple[str, str]]:
    with unit_of_work(ACTOR) as session:
        found = session.scalars(select(TrainingRun).order_by(TrainingRun.id)).all()
        return [(run.trigger, run.state.value) for run in found]


def test_a_data_scientist_asks_for_a_training_and_watches_it(
    world: World, models: tuple[int, int], client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    answer = client.submit(
        "/modele/entrainement", {"training_as_of": AS_OF.isoformat()}, page="/modele"
    )
    assert answer.status_code == 303
    assert trainings() == [("bouton", "waiting")]
    page = client.page(answer.location)
    assert page.select_one("#progression[hx-get]") is not None
    with unit_of_work(ACTOR) as session:
        run = session.scalars(select(TrainingRun)).one()
        run.state, run.error, run.step = (
            TrainingState.FAILED,
            "Rien à apprendre.",
            TrainingStep.LEARN,
        )
    page = client.page(answer.location)
    assert page.select_one("#progression[hx-get]") is None
    assert "Rien à apprendre." in page.get_text()
    client.submit(f"{answer.location}/reprise", {}, page=answer.location)
    assert trainings() == [("bouton", "waiting")]
    assert len(journaled(Event.TRAINING_ASKED)) == 2
    sign_in_as(client, world.admin)
    assert client.get("/modele/entrainement").status_code == 403
    assert "Reprendre" not in client.page(answer.location).get_text()


def test_the_bell_of_a_data_scientist_leads_to_what_waits(
    world: World, models: tuple[int, int], client: InspectingClient
) -> None:
    with unit_of_work(ACTOR) as session:
        for agent in (world.scientist, world.admin):
            announce(
                session, agent_id=agent, key="x", subject="Une dérive est au rouge", path="/modele",
                reason=Reason.MODELS,
            )  # fmt: skip
            announce(
                session,
                agent_id=agent,
                key="x",
                subject="Deux fois",
                path="/modele",
                reason=Reason.MODELS,
            )
    sign_in_as(client, world.scientist)
    assert "1" in client.get("/notifications/compteur", headers={"HX-Request": "true"}).get_data(
        as_text=True
    )
    page = client.page("/notifications")
    assert (
        page.select_one("#notifications a[href='/modele']").get_text() == "Une dérive est au rouge"
    )
    number = page.find("input", {"name": "announcement_id"})["value"]
    for forged in ("x", "-1", str(int(number) + 1)):
        client.submit("/notifications", {"announcement_id": forged})
    assert "Non lue" in client.page("/notifications").get_text()
    client.submit("/notifications", {"announcement_id": number})
    assert "Non lue" not in client.page("/notifications").get_text()
    sign_in_as(client, world.admin)
    assert "Non lue" in client.page("/notifications").get_text()
    client.submit("/notifications", {})
    assert "Non lue" not in client.page("/notifications").get_text()
