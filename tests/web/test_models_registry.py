"""The page of the model and the runs asked from it."""

import pytest
from sqlalchemy import text

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.detections.models import RunState
from app.detections.runs import queries as run_queries
from app.detections.runs import services
from app.models_registry import presenters
from app.models_registry.models import ModelState, ModelVersion
from tests.factories.detections import AS_OF
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as

ACTOR = system_identity("tests")


def measured(value: float | None) -> dict[str, float | None]:
    return {"value": value, "low": value, "high": value}


STATISTICS = ("prevalence", "auc", "average_precision", "precision_at_capacity", "citl", "slope")
METRICS = {
    "metrics": {
        "p18": {
            "rows": 1200, "firms": 400, "failed_firms": 12,
            "models": {
                name: {statistic: measured(0.25) for statistic in STATISTICS} | {"slope": measured(None)}
                for name in ("vigie", "logistic_regression", "random_forest")
            },
            "differences": {"random_forest": {"auc": measured(0.031), "average_precision": measured(0.02)}},
            "champion": {
                "measures": {statistic: measured(0.125) for statistic in STATISTICS},
                "differences": {"auc": measured(0.011), "average_precision": measured(0.01)},
            },
        }
    },
    "thresholds": {"elevee": 0.3, "moderee": 0.1},
    "calibration": {"intercept": -0.1, "slope": 0.9, "events": 42},
    "counts": {"train_snapshots": 5000, "interval_rows": 20000, "interval_events": 300},
    "blocks": {"frozen_on": "2024-05-02", "evaluated_until": "2026-07-03"},
    "service": {"learnt_until": "2026-09-04"},
    "degraded": ["« Effectif » n’est jamais connu dans l’apprentissage : le modèle ne le lit pas."],
    "report": {
        "horizon": 18,
        "lead_time": {
            level: {
                "failed_firms": 12, "alerted_firms": 7, "share": measured(0.58), "median": measured(9.5), "quartiles": [4.0, 13.0],
            }
            for level in ("elevee", "moderee")
        },
        "reliability": [
            {"low": 0.1, "high": 0.2, "rows": 40, "failed_firms": 6, "predicted": 0.14, "observed": measured(0.15)},
        ],
        "rules": {
            "in_force": 2, "rows": 1200, "touched": 40, "raised": 25, "lowered": 5,
            "measures": {
                name: {key: measured(value) for key in ("elevee_precision", "elevee_recall", "moderee_precision", "moderee_recall")}
                for name, value in (("without", 0.2), ("with", 0.3))
            },
            "differences": {
                key: measured(0.1) for key in ("elevee_precision", "elevee_recall", "moderee_precision", "moderee_recall")
            },
        },
        "subgroups": {
            "size": [
                {"value": "10-19", "rows": 900, "firms": 300, "failed_firms": 31, "citl": measured(1.25), "auc": measured(0.75)},
                {"value": "500+", "rows": 30, "firms": 10, "failed_firms": 2, "citl": None, "auc": None},
            ]
        },
    },
}  # fmt: skip


@pytest.fixture
def champion(world: World) -> None:
    with unit_of_work(ACTOR) as session:
        session.add(
            ModelVersion(
                directory="models/x",
                sha256="f" * 64,
                trained_as_of=AS_OF,
                state=ModelState.CHAMPION,
                metrics=METRICS,
            )
        )


def test_the_page_shows_the_champion_beside_its_peers(
    world: World, champion: None, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.scientist).page("/modele").get_text(" ", strip=True)
    for words in (
        "Vigie", "Régression logistique", "Forêt aléatoire", "prévalence : 25,0",
        "0,25 [0,25 ; 0,25]", "« Effectif » n’est jamais connu", "42 défaillances", "30,0", "Situations d’apprentissage",
        "Mesuré sans les évènements d’après le 2 mai 2024", "Mesuré jusqu’au 3 juillet 2026",
        "En service, appris jusqu’au 4 septembre 2026",
    ):  # fmt: skip
        assert words in page.replace("\u202f", " "), words


def test_the_page_tells_lead_times_reliability_and_the_subgroups_that_can_be_measured(
    world: World, champion: None, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.scientist).page("/modele").get_text(" ", strip=True)
    for words in (
        "7 sur 12", "4 à 13", "9,5 [9,5 ; 9,5]", "10,0 % à 20,0 %", "14,0 %", "1,25 [1,25 ; 1,25]",
        "500+ 10 2 effectif insuffisant",
    ):  # fmt: skip
        assert words in page.replace("\u202f", " ").replace("\xa0", " "), words


def test_the_page_compares_with_the_champion_the_anchor_and_without_the_rules(
    world: World, champion: None, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.scientist).page("/modele")
    text = page.get_text(" ", strip=True).replace("\u202f", " ").replace("\xa0", " ")
    for words in (
        "Modèle alors en service 0,125 [0,125 ; 0,125]", "Modèle alors en service 0,011 [0,011 ; 0,011]",
        "Forêt aléatoire 0,031", "Élevée, rappel", "24,0 %", "Sur des données simulées, la comparaison n’a pas de sens",
        "25 niveaux relevés et 5 abaissés sur 1 200 situations",
        "Modérée ou plus, rappel 20,0 % [20,0 % ; 20,0 %] 30,0 % [30,0 % ; 30,0 %] 10,0 %",
    ):  # fmt: skip
        assert words in text, words
    assert page.select_one("#fiabilite table[data-chart=bar]") is not None


def test_the_card_and_the_measures_are_downloaded(
    world: World, champion: None, client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    measures = client.get("/modele/versions/1/mesures.json")
    assert measures.headers["Content-Disposition"] == "attachment; filename=modele-1.json"
    assert measures.get_json()["metrics"]["p18"]["firms"] == 400
    assert client.get("/modele/versions/1/fiche.md").status_code == 404, "an older model has none"
    assert client.page("/modele").select_one("a[href$='fiche.md']") is None
    with unit_of_work(ACTOR) as session:
        version = session.get_one(ModelVersion, 1)
        session.add(
            ModelVersion(
                directory="models/y",
                sha256="e" * 64,
                trained_as_of=AS_OF,
                metrics={**version.metrics, "card": "# Modèle du 2026-11-01\n"},
            )
        )
    card = client.get("/modele/versions/2/fiche.md")
    assert (card.mimetype, card.get_data(as_text=True)) == (
        "text/markdown",
        "# Modèle du 2026-11-01\n",
    )
    assert "card" not in client.get("/modele/versions/2/mesures.json").get_json()
    assert client.page("/modele/versions/2").select_one("a[href$='fiche.md']") is not None
    sign_in_as(client, world.alice)
    for name in ("fiche.md", "mesures.json"):
        assert client.get(f"/modele/versions/2/{name}").status_code == 403


def test_the_menu_says_that_rules_and_runs_belong_to_the_model(
    world: World, champion: None, client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    for path in ("/modele", "/modele/regles", "/modele/detection", "/modele/entrainement"):
        entries = client.page(path).select("#navigation a[aria-current=page]")
        assert [entry.get_text() for entry in entries] == ["Modèle"], path


def test_without_a_model_the_page_says_how_to_train_one(
    world: World, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.admin).page("/modele")
    assert "models train" in page.get_text()


def test_the_page_is_for_data_scientists_and_administrators(
    world: World, champion: None, client: InspectingClient
) -> None:
    assert client.get("/modele").status_code == 401
    for agent, expected in (
        (world.scientist, 200), (world.admin, 200), (world.alice, 403), (world.manager, 403), (world.controller, 403),
    ):  # fmt: skip
        for path in ("/modele", "/modele/detection"):
            assert sign_in_as(client, agent).get(path).status_code == expected, (agent, path)


def test_the_button_asks_for_a_run_and_its_page_polls_until_it_is_over(
    world: World, champion: None, client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    answer = client.submit("/modele/detection", {"as_of": AS_OF.isoformat()}, page="/modele")
    assert answer.status_code == 303
    path = answer.location
    with unit_of_work(ACTOR) as session:
        (run,) = run_queries.list_runs(session)
        run_id = run.id
        assert run.started_by == world.scientist
        assert path == f"/modele/detection/{run_id}"
        assert session.scalar(text("select task_name from procrastinate_jobs")) == "detections.run"
    region = client.page(path).select_one("#progression")
    assert region is not None
    assert region["hx-get"] == path
    with unit_of_work(ACTOR) as session:
        run = run_queries.get_run(session, ACTOR, run_id)
        run.state, run.error = RunState.FAILED, "Publiez un import."
    page = client.page(path)
    region = page.select_one("#progression")
    assert region is not None
    assert region.get("hx-get") is None, "it goes on asking"
    assert "Publiez un import." in region.get_text()
    fragment = client.get(path, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert fragment.strip().startswith('<div id="progression"')
    assert "<html" not in fragment
    assert f"n° {run_id}" in client.page("/modele").get_text()


def test_a_run_refused_says_why(world: World, champion: None, client: InspectingClient) -> None:
    with unit_of_work(ACTOR) as session:
        services.start_run(session, ACTOR, as_of=AS_OF, trigger="test")
    sign_in_as(client, world.admin)
    for as_of, message in (
        (AS_OF.isoformat(), "déjà en cours"),
        ("2999-01-01", "ne peut pas être dans le futur"),
        ("demain", "date"),
        ("", "Choisissez une date."),
    ):
        answer = client.submit("/modele/detection", {"as_of": as_of})
        assert answer.status_code == 422, as_of
        assert message in answer.get_data(as_text=True)
    assert client.get("/modele/detection/999").status_code == 404


def trained(state: ModelState, *, low: float | None, reserve: str | None = None) -> ModelVersion:
    """A version whose average precision is ahead of the champion by an interval from ``low`` to 0.03."""
    gain = {"value": 0.01, "low": low, "high": None if low is None else 0.03}
    beside = {"differences": {"auc": gain, "average_precision": gain}}
    conditions = [
        {"name": "failures", "sentence": "Entreprises défaillantes", "value": 24, "bound": "au moins 200",
         "passed": reserve is None, "reserve": reserve},
    ]  # fmt: skip
    is_first = state is ModelState.CHAMPION
    return ModelVersion(
        state=state,
        metrics={} if is_first else {"metrics": {"p18": {"champion": beside}}},
        gate=None if is_first else {"conditions": conditions, "is_open": reserve is None},
    )


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (trained(ModelState.CHALLENGER, low=0.001), "AUC devant, précision moyenne devant"),
        (trained(ModelState.CHALLENGER, low=-0.02), "précision moyenne non concluant"),
        (trained(ModelState.CHALLENGER, low=None), "précision moyenne ne peut pas être dit"),
        (trained(ModelState.CHALLENGER, low=-0.02, reserve="inconclusive"), "avec 24 entreprises défaillantes"),
        (trained(ModelState.CHALLENGER, low=0.001), "Toutes les conditions de mise en service sont remplies"),
        (trained(ModelState.CHAMPION, low=None), "n’a été comparé à aucun autre"),
    ],
    ids=["ahead", "inconclusive", "no interval", "a small region", "held", "the first"],
)  # fmt: skip
def test_what_is_announced_says_what_the_intervals_say(version: ModelVersion, words: str) -> None:
    told = presenters.announced(version, is_tried=True)
    assert words in told
    assert ("par votre signature" in told) is not version.is_champion
