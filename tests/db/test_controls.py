"""What watches the model at each run: a drift in the red holds the list back, a challenger follows in the shadow."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.journal import Event
from app.detections.drift import queries as control_queries
from app.detections.drift.models import DriftReport, ShadowRun
from app.detections.lists import queries
from app.detections.models import DetectionEntry, DetectionList, RunState
from app.detections.runs import jobs, pipeline, services
from app.detections.runs import queries as run_queries
from app.messages.models import Email
from app.models_registry.models import ExcuseKind, ModelState, ModelVersion
from scoring import features
from scoring.data.lake import Lake
from scoring.learning import artifacts, manifest, predict
from scoring.learning.artifacts import METADATA, MODEL
from scoring.measuring import drift
from scoring.measuring.reference import REFERENCE
from scoring.vocabulary import DriftVerdict
from tests.factories.detections import AS_OF, register_again, register_firms
from tests.factories.network import working_as
from tests.factories.people import World
from tests.support.journaled import journaled

pytest_plugins = ["tests.factories.region"]
pytestmark = pytest.mark.usefixtures("remembered_tables")

ACTOR = system_identity("tests")


@pytest.fixture
def ready(world: World, home: Path) -> Path:
    """The firms and the model of the region, whose bins of drift are those of the day itself."""
    with unit_of_work(ACTOR) as session:
        register_firms(session, home)
    refer(home)
    return home


def refer(home: Path, **shifted: float) -> None:
    """Write the reference of the small model: the day's table, with columns moved by so much."""
    table = features.build(Lake(home / "lake"), AS_OF)
    table["p18"] = predict.score(artifacts.load(home / "models" / "small"), table)["p18"]
    for name, by in shifted.items():
        table[name] = table[name] + by
    bins = drift.reference_bins(table)
    (home / "models" / "small" / REFERENCE).write_text(json.dumps(bins))
    with unit_of_work(ACTOR) as session:
        register_again(session, home)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A region of a hundred firms is large enough to block."""
    monkeypatch.setattr(drift, "MIN_KNOWN", 50)
    return


def start() -> int:
    with unit_of_work(ACTOR) as session:
        return services.start_run(session, ACTOR, as_of=AS_OF, trigger="test").id


def run(home: Path) -> int:
    number = start()
    pipeline.run(number, home=home)
    return number


def lists() -> int:
    with unit_of_work(ACTOR) as session:
        return session.scalar(select(func.count()).select_from(DetectionList)) or 0


def test_nothing_has_moved_and_the_list_is_out(ready: Path, large: None) -> None:
    number = run(ready)
    with unit_of_work(ACTOR) as session:
        report = control_queries.get_report(session, ACTOR, number)
        assert report.verdict is DriftVerdict.GREEN
        assert {finding["name"] for finding in report.findings} >= {"p18", "debt_ratio"}
    assert lists() == 1


def test_a_model_without_reference_is_compared_to_nothing(ready: Path) -> None:
    (ready / "models" / "small" / REFERENCE).unlink()
    with unit_of_work(ACTOR) as session:
        register_again(session, ready)
    number = run(ready)
    with unit_of_work(ACTOR) as session:
        report = control_queries.get_report(session, ACTOR, number)
        assert report.verdict is DriftVerdict.GREEN
        # Only what came is compared with what the model had announced.
        assert {finding["measure"] for finding in report.findings} <= {"level"}


def test_a_drift_in_the_red_holds_the_list_back_and_tells_the_data_scientists(
    world: World, ready: Path, large: None
) -> None:
    first = run(ready)
    refer(ready, workforce=500.0)
    number = start()
    for _ in range(2):  # asked again, it finds the same and writes no second e-mail
        with pytest.raises(DomainError, match="dérive est au rouge"):
            pipeline.run(number, home=ready)
    with unit_of_work(ACTOR) as session:
        report = control_queries.get_report(session, ACTOR, number)
        assert report.is_blocking
        assert [f["name"] for f in report.findings if f["verdict"] == "red"] == ["workforce"]
        assert run_queries.get_run(session, ACTOR, number).state is RunState.FAILED
        current = queries.find_current_list(session)
        assert current is not None
        assert current.run_id == first
        emails = session.scalars(select(Email)).all()
        assert [email.agent_id for email in emails] == [world.scientist]
        assert f"/modele/detection/{number}/derive" in emails[0].body_text
    assert len(journaled(Event.DRIFT_FOUND)) == 1


def test_it_is_overridden_with_a_reason_and_the_run_ends(
    world: World, ready: Path, large: None
) -> None:
    refer(ready, workforce=500.0)
    number = start()
    with pytest.raises(DomainError):
        pipeline.run(number, home=ready)
    with working_as(world.scientist) as (session, who):
        report = control_queries.get_report(session, who, number)
        services.override_drift(
            session,
            who,
            report,
            kind=ExcuseKind.REPAIR,
            motive="Reprise d’un fichier",
            is_resumed=False,
        )
    pipeline.run(number, home=ready)
    assert lists() == 1
    (line,) = journaled(Event.DRIFT_ALLOWED)
    assert (line.actor_id, line.details) == (
        world.scientist,
        {"run": number, "excuse": ExcuseKind.REPAIR},
    )
    with working_as(world.scientist) as (session, who):
        report = control_queries.get_report(session, who, number)
        with pytest.raises(DomainError, match="pas bloquée"):
            services.override_drift(
                session,
                who,
                report,
                kind=ExcuseKind.REPAIR,
                motive="Encore une fois",
                is_resumed=False,
            )


def test_the_calendar_does_not_ask_again_what_waits_for_somebody(
    world: World, ready: Path, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "today", lambda: AS_OF)
    refer(ready, workforce=500.0)
    number = start()
    with pytest.raises(DomainError):
        pipeline.run(number, home=ready)
    jobs.run_month()
    with unit_of_work(ACTOR) as session:
        assert run_queries.get_run(session, ACTOR, number).state is RunState.FAILED


def test_only_a_data_scientist_overrides_it_and_the_findings_stay(
    world: World, ready: Path
) -> None:
    number = run(ready)
    statement = "update drift_report set allowed_at = now(), allowed_reason = 'x' returning run_id"
    with working_as(world.admin) as (session, _):
        assert session.execute(text(statement)).all() == []
    with working_as(world.scientist) as (session, _), pytest.raises(DBAPIError, match="denied"):
        session.execute(text("update drift_report set verdict = 'green'"))
    with working_as(world.alice) as (session, _):
        assert session.get(DriftReport, number) is None
        assert session.get(ShadowRun, number) is None


def test_the_last_matured_list_is_confronted_with_what_happened(world: World, ready: Path) -> None:
    number = run(ready)
    past = date(2025, 1, 1)
    table = features.build(Lake(ready / "lake"), past)
    scores = predict.score(artifacts.load(ready / "models" / "small"), table)
    content = scores.to_parquet()
    with unit_of_work(ACTOR) as session:
        # the list of that day, as a run of then would have left it
        services_run = services.start_run(session, ACTOR, as_of=past, trigger="test")
        session.add(
            DetectionList(
                run_id=services_run.id, as_of=past, label="Janvier 2025",
                parameters={"scores_sha256": hashlib.sha256(content).hexdigest()}, published_at=func.now(),
            )
        )  # fmt: skip
        former = services_run.id
    folder = ready / "runs" / str(former)
    folder.mkdir(parents=True)
    (folder / "score.parquet").write_bytes(content)
    later = run(ready)
    with unit_of_work(ACTOR) as session:
        before, after = (
            control_queries.get_report(session, ACTOR, each).findings for each in (number, later)
        )
    assert not [finding for finding in before if finding["measure"] == "citl"]
    (found,) = [finding for finding in after if finding["measure"] == "citl"]
    assert np.isfinite(found["value"])
    assert found["value"] > 0


def challenge(home: Path, *, thresholds: dict[str, float] | None = None) -> int:
    """A challenger: the small model with other thresholds."""
    directory = home / "models" / "challenger"
    shutil.copytree(home / "models" / "small", directory)
    known = json.loads((directory / METADATA).read_text())
    (directory / METADATA).write_text(
        json.dumps({**known, "name": "challenger", "thresholds": thresholds or known["thresholds"]})
    )
    with unit_of_work(ACTOR) as session:
        version = ModelVersion(
            directory="models/challenger", sha256=manifest.write(directory), trained_as_of=AS_OF,
            state=ModelState.CHALLENGER, metrics={},
        )  # fmt: skip
        session.add(version)
        session.flush()
        return version.id


def test_a_challenger_follows_in_the_shadow_and_changes_no_list(world: World, ready: Path) -> None:
    alone = run(ready)
    model = challenge(ready, thresholds={"elevee": 0.9999, "moderee": 0.0})
    with unit_of_work(ACTOR) as session:
        versions = [session.get_one(ModelVersion, number) for number in (model, 1)]
        assert control_queries.require_shadow_run(session, *versions)
    beside = run(ready)
    with unit_of_work(ACTOR) as session:
        (shadow,) = control_queries.list_shadows(session, model)
        assert shadow.run_id == beside
        rows = {
            number: session.execute(
                select(DetectionEntry.siren, DetectionEntry.level, DetectionEntry.p18)
                .join(DetectionEntry.list)
                .where(DetectionList.run_id == number)
                .order_by(DetectionEntry.siren)
            ).all()
            for number in (alone, beside)
        }
        assert rows[alone] == rows[beside]
        levels = pd.Series([level.value for _, level, _ in rows[beside]]).value_counts()
        firms = shadow.counts["firms"]
        assert shadow.counts == {
            "firms": firms, "psi": 0, "entered": firms - len(rows[beside]), "left": 0, "raised": 0,
            "lowered": int(levels["elevee"]),
        }  # fmt: skip
        versions = [session.get_one(ModelVersion, number) for number in (model, 1)]
        assert control_queries.require_shadow_run(session, *versions) is None
        other = ModelVersion(directory="x", sha256="e" * 64, trained_as_of=AS_OF, metrics={})
        session.add(other)
        session.flush()
        assert control_queries.require_shadow_run(session, versions[0], other), "another champion"
    assert (ready / "runs" / str(beside) / "shadow.parquet").exists()


def test_a_challenger_that_cannot_follow_stops_nothing_and_counts_for_nothing(
    world: World, ready: Path
) -> None:
    model = challenge(ready)
    (ready / "models" / "challenger" / MODEL).write_bytes(b"other bytes")
    number = run(ready)
    assert lists() == 1
    with unit_of_work(ACTOR) as session:
        assert run_queries.get_run(session, ACTOR, number).state is RunState.DONE
        (shadow,) = control_queries.list_shadows(session, model)
        assert "sha256" in (shadow.error or "")
        versions = [session.get_one(ModelVersion, each) for each in (model, 1)]
        assert control_queries.require_shadow_run(session, *versions)
