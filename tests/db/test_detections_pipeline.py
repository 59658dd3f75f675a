"""A run: its steps, what interrupts it, and that it finishes once."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.companies.models import CompanyAlert
from app.core.access.identity import system_identity
from app.core.database.locks import BusyError, exclusive
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.work import events
from app.core.work.events import DomainEvent
from app.detections.exploration.models import ExplorationChoice
from app.detections.lists import queries
from app.detections.models import (
    DetectionEntry,
    DetectionList,
    DetectionReason,
    DetectionRun,
    RunState,
    StepName,
)
from app.detections.runs import pipeline, progress, services
from app.detections.runs import queries as run_queries
from app.detections.runs.pipeline import RUN_LOCK
from app.detections.runs.steps import files, publication
from scoring.data.lake import Lake, arrow_schema
from scoring.data.sources.registry import SOURCES
from scoring.learning import artifacts, manifest
from scoring.listing.draw import Draw
from scoring.vocabulary import Level, Novelty, Unit
from tests.factories.detections import (
    AS_OF,
    EARLIER,
    Alerted,
    publish_list,
    register_again,
    register_firms,
    register_small_model,
)
from tests.factories.people import build_world
from tests.factories.rows import refused_row

pytest_plugins = ["tests.factories.region"]

ACTOR = system_identity("tests")
#: for the tests that are about another step than the features
remembering = pytest.mark.usefixtures("remembered_tables")


class KilledError(BaseException):
    """Stands for kill -9: nothing of ours runs after it."""


@pytest.fixture
def ready(fresh_database: None, home: Path) -> Path:
    """The firms and the model of the region, in a fresh database."""
    with unit_of_work(ACTOR) as session:
        register_firms(session, home)
        register_small_model(session, home)
    return home


@pytest.fixture
def heard() -> Iterator[list[DomainEvent]]:
    """The alerts that other domains hear."""
    kept: list[DomainEvent] = []
    others = list(events.listeners)
    with events.listeners.holding(lambda _session, _who, event: kept.append(event), *others):
        yield kept


def start(as_of=AS_OF) -> int:
    with unit_of_work(ACTOR) as session:
        return services.start_run(session, ACTOR, as_of=as_of, trigger="test").id


def count(model: type) -> int:
    with unit_of_work(ACTOR) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def run_states(run_id: int) -> tuple[RunState, list[RunState]]:
    with unit_of_work(ACTOR) as session:
        run = run_queries.get_run(session, ACTOR, run_id)
        return run.state, [step.state for step in run.steps]


def test_a_run_publishes_a_list_whose_probabilities_are_ordered(
    ready: Path, heard: list[DomainEvent]
) -> None:
    run_id = start()
    pipeline.run(run_id, home=ready)
    assert run_states(run_id) == (RunState.DONE, [RunState.DONE] * 9)
    with unit_of_work(ACTOR) as session:
        run = run_queries.get_run(session, ACTOR, run_id)
        entries = session.scalars(select(DetectionEntry)).all()
        assert entries
        assert all(0 <= e.p12 <= e.p18 <= e.p24 <= 1 for e in entries)
        assert all(0 < e.p_select <= 1 and e.arm in {"algorithm", "random"} for e in entries)
        assert {e.level for e in entries} == {Level.ELEVEE, Level.MODEREE}
        assert all(step.seconds is not None for step in run.steps)
        # without a challenger nobody follows in the shadow
        assert [step.name for step in run.steps if not step.counts] == [StepName.SHADOW]
        alerted = set(
            session.scalars(select(CompanyAlert.siren).where(CompanyAlert.first_on == AS_OF))
        )
        assert alerted == {e.siren for e in entries}
        made = queries.find_current_list(session)
        assert made is not None
        assert made.label == "Novembre 2026"
        assert made.parameters["freshness"]["cotisation"] == "2026-09-01"
    assert {event.siren for event in heard} == alerted
    assert all(event.nature == "score" and event.departments for event in heard)


@remembering
def test_drawn_again_from_what_was_frozen_a_list_is_the_same(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of the few alerts of this region, a tenth is none.
    monkeypatch.setattr(files.listing, "Draw", partial(Draw, exploration=0.5))
    with unit_of_work(ACTOR) as session:
        manager = build_world(session).manager
        for code, is_on in (("25", False), ("58", False), ("58", True)):
            session.add(
                ExplorationChoice(department=code, is_on=is_on, motive="Essai", agent_id=manager)
            )
            session.flush()
    run_id = start()
    pipeline.run(run_id, home=ready)
    with unit_of_work(ACTOR) as session:
        made = queries.find_current_list(session)
        assert made is not None
        assert made.paused == {"25"}
        plan = progress.begin(session, ACTOR, run_id=run_id, home=ready)
        never = pd.DataFrame(columns=["siren", "as_of", "level"])
        again, parameters = files.draw(plan, history=never, paused=made.paused)
        assert parameters["draw"] == made.parameters["draw"]
        stored = {
            e.siren: (e.department, e.arm, e.p_select, e.rank)
            for e in session.scalars(select(DetectionEntry))
        }
    drawn = again[["siren", "department", "arm", "p_select", "rank"]].itertuples(index=False)
    assert {row.siren: tuple(row)[1:] for row in drawn} == stored
    assert {arm for place, arm, *_ in stored.values() if place == "25"} == {"algorithm"}
    assert "random" in {arm for _, arm, *_ in stored.values()}


@remembering
def test_each_entry_has_its_themes_and_its_sentences(ready: Path) -> None:
    pipeline.run(start(), home=ready)
    with unit_of_work(ACTOR) as session:
        entry = session.scalars(select(DetectionEntry)).first()
        assert entry is not None
        reasons = queries.list_reasons(session, ACTOR, entry)
        themes = [reason for reason in reasons if reason.variable is None]
        variables = [reason for reason in reasons if reason.variable is not None]
        assert {theme.theme for theme in themes} >= {"dettes_sociales", "effectif"}
        assert all(theme.contribution is not None for theme in themes)
        # What is missing and makes no sense for the firm is not said.
        assert all(v.sentence for v in variables if v.contribution is not None)
        assert next(t for t in themes if t.theme == "dettes_sociales").nature == "urssaf"
        siren, debt, unit = session.execute(
            select(DetectionEntry.siren, DetectionReason.value, DetectionReason.unit)
            .join(DetectionReason, DetectionReason.entry_id == DetectionEntry.id)
            .where(DetectionReason.variable == "debt_ratio", DetectionReason.value.is_not(None))
        ).first()
        unweighed = session.scalar(
            select(func.count()).where(DetectionReason.contribution.is_(None))
        )
    told = pd.read_parquet(next((ready / "runs").rglob("explain.parquet")))
    assert unweighed == told["direction"].eq("missing").sum()
    firm = pd.read_parquet(next((ready / "runs").rglob("features.parquet"))).set_index("siren")
    assert (debt, unit) == (firm.loc[siren, "debt_ratio"], Unit.CONTRIBUTION_MONTHS)


@remembering
def test_a_run_killed_before_and_after_each_step_finishes_once(
    ready: Path, heard: list[DomainEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id, lost, before = start(), 0, 0
    for name in StepName:
        for moment in ("before", "after"):
            if (name, moment) == (StepName.SHADOW, "before"):
                before = len(heard)
            lost += _killed(run_id, ready, name, moment=moment, monkeypatch=monkeypatch)
            assert run_states(run_id)[0] is RunState.RUNNING
            published = 1 if name in (StepName.ALERTS, StepName.SHADOW) else 0
            assert count(DetectionList) == published, "half a list"
    assert lost == 18
    pipeline.run(run_id, home=ready)
    pipeline.run(run_id, home=ready)
    assert run_states(run_id) == (RunState.DONE, [RunState.DONE] * 9)
    assert count(DetectionList) == 1
    # What was told inside the killed transaction was rolled back with whatever heard it.
    assert len(heard) - before == count(DetectionEntry) > 0
    with unit_of_work(ACTOR) as session:
        doubles = session.execute(
            select(DetectionReason.entry_id, DetectionReason.position)
            .group_by(DetectionReason.entry_id, DetectionReason.position)
            .having(func.count() > 1)
        ).all()
        assert doubles == []


def _killed(
    run_id: int, home: Path, name: StepName, *, moment: str, monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Carry the run until it is killed just before or just after the work of a step."""
    table: dict[StepName, Any] = files.FILES if name in files.FILES else publication.ACTS
    act = table[name]

    def die(*arguments: object) -> None:
        if moment == "after":
            act(*arguments)
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setitem(table, name, die)
        with pytest.raises(KilledError):
            pipeline.run(run_id, home=home)
    return True


def test_the_same_day_twice_gives_the_same_bytes(ready: Path, heard: list[DomainEvent]) -> None:
    first, second = start(), 0
    pipeline.run(first, home=ready)
    told = len(heard)
    second = start()
    pipeline.run(second, home=ready)
    products = [ready / "runs" / str(run_id) for run_id in (first, second)]
    for name in ("freshness", "features", "score", "rules", "explain", "list"):
        one, other = (product / f"{name}.parquet" for product in products)
        assert one.read_bytes() == other.read_bytes(), name
    with unit_of_work(ACTOR) as session:
        columns = (DetectionEntry.siren, DetectionEntry.p12, DetectionEntry.p18, DetectionEntry.p24)
        rows = [
            session.execute(
                select(*columns)
                .join(DetectionEntry.list)
                .where(DetectionList.run_id == run_id)
                .order_by(DetectionEntry.siren)
            ).all()
            for run_id in (first, second)
        ]
    assert rows[0] == rows[1]
    assert len(heard) == told, "a list made again alerts nobody again"


@remembering
def test_novelty_comes_from_the_lists_before(ready: Path, heard: list[DomainEvent]) -> None:
    pipeline.run(start(), home=ready)
    with unit_of_work(ACTOR) as session:
        entries = session.scalars(select(DetectionEntry).order_by(DetectionEntry.siren)).all()
        assert {entry.novelty for entry in entries} == {Novelty.FIRST_ALERT}
        known = [
            Alerted(siren=e.siren, department=e.department or "21", level=Level.ELEVEE)
            for e in entries[:3]
        ]
        session.execute(text("delete from detection_entry"))
        session.execute(text("delete from detection_list"))
        publish_list(session, *known, as_of=EARLIER)
    heard.clear()
    pipeline.run(start(), home=ready)
    with unit_of_work(ACTOR) as session:
        current = queries.find_current_list(session)
        assert current is not None
        still = session.scalars(
            select(DetectionEntry).where(
                DetectionEntry.list_id == current.id, DetectionEntry.novelty == Novelty.NONE
            )
        ).all()
        assert {entry.siren for entry in still} == {firm.siren for firm in known}
    assert {event.siren for event in heard}.isdisjoint({firm.siren for firm in known})


def test_a_step_that_breaks_tells_no_figure_to_whoever_follows_the_run(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL quotes the row that it refuses, and those who run detections read no firm."""

    def broken(_plan: object) -> dict[str, object]:
        raise refused_row("100000009")

    monkeypatch.setitem(files.FILES, next(iter(files.FILES)), broken)
    run_id = start()
    with pytest.raises(IntegrityError):
        pipeline.run(run_id, home=ready)
    with unit_of_work(ACTOR) as session:
        run = run_queries.get_run(session, ACTOR, run_id)
        for said in (run.error, *(step.error for step in run.steps if step.error)):
            assert "IntegrityError" in (said or "")
            assert "100000009" not in (said or "")


def test_without_published_data_the_run_fails_and_says_what_to_do(ready: Path) -> None:
    shutil.rmtree(ready / "lake")
    run_id = start()
    with pytest.raises(DomainError, match="Publiez un import"):
        pipeline.run(run_id, home=ready)
    state, states = run_states(run_id)
    assert state is RunState.FAILED
    assert states == [RunState.FAILED] + [RunState.WAITING] * 8
    with unit_of_work(ACTOR) as session:
        assert "cotisations Urssaf" in (run_queries.get_run(session, ACTOR, run_id).error or "")


def stale(home: Path, source: str, *, by: int) -> None:
    """Take the last months of a monthly source out of the lake."""
    for path in Lake(home / "lake").published(source):
        rows = pq.read_table(path).to_pandas()
        column = SOURCES[source].covers
        day = pd.to_datetime(rows[column])
        kept = rows[day < day.max().replace(day=1) - pd.DateOffset(months=by - 1)]
        pq.write_table(pa.Table.from_pandas(kept, schema=arrow_schema(source)), path)


@remembering
def test_an_indispensable_source_four_months_late_stops_the_run_and_the_last_list_stays(
    ready: Path,
) -> None:
    first = start()
    pipeline.run(first, home=ready)
    stale(ready, "cotisation", by=4)
    with pytest.raises(
        DomainError, match=r"cotisations Urssaf \(mai 2026\).* quatre mois de retard"
    ):
        pipeline.run(start(), home=ready)
    with unit_of_work(ACTOR) as session:
        current = queries.find_current_list(session)
        assert current is not None
        assert current.run_id == first


def test_another_source_four_months_late_is_told_and_stops_nothing(ready: Path) -> None:
    stale(ready, "effectif", by=4)
    run_id = start()
    pipeline.run(run_id, home=ready)
    with unit_of_work(ACTOR) as session:
        told = run_queries.get_run(session, ACTOR, run_id).steps[0].counts["late"]
    assert told == ["effectifs par établissement (mars 2026)"]


@pytest.mark.parametrize("step", [StepName.FEATURES, StepName.SCORE, StepName.RULES])
def test_a_product_changed_between_two_steps_stops_the_run(ready: Path, step: StepName) -> None:
    run_id = start()
    with unit_of_work(ACTOR) as session:
        plan = progress.begin(session, ACTOR, run_id=run_id, home=ready)
    for name in plan.todo[: plan.todo.index(step) + 1]:
        pipeline._execute(plan, name)
    table = pd.read_parquet(plan.product(step))
    table.iloc[::-1].to_parquet(plan.product(step), index=False)
    with pytest.raises(DomainError, match="n’est plus celui que la détection a écrit"):
        pipeline.run(run_id, home=ready)
    assert count(DetectionList) == 0


def divided(metadata: str) -> str:
    known = json.loads(metadata)
    return json.dumps(
        {**known, "thresholds": {name: cut / 10_000 for name, cut in known["thresholds"].items()}}
    )


@pytest.mark.parametrize("rewrites_manifest", [False, True])
def test_thresholds_changed_on_disk_stop_the_run_whoever_rewrote_the_manifest(
    ready: Path, rewrites_manifest: bool
) -> None:
    folder = ready / "models" / "small"
    path = folder / artifacts.METADATA
    path.write_text(divided(path.read_text()))
    if rewrites_manifest:
        manifest.write(folder)
    told = "Le manifeste du modèle" if rewrites_manifest else "Le fichier metadata.json"
    with pytest.raises(DomainError, match=f"{told} n’est pas celui qui a été enregistré"):
        pipeline.run(start(), home=ready)
    assert count(DetectionList) == 0


@remembering
def test_a_model_of_another_version_stops_the_run_with_its_reason(ready: Path) -> None:
    path = ready / "models" / "small" / artifacts.METADATA
    known = json.loads(path.read_text())
    path.write_text(json.dumps({**known, "features": ["variable_disparue"]}))
    with unit_of_work(ACTOR) as session:
        register_again(session, ready)
    run_id = start()
    with pytest.raises(DomainError, match=r"ne sont plus calculées \(variable_disparue\)"):
        pipeline.run(run_id, home=ready)
    state, states = run_states(run_id)
    assert state is RunState.FAILED
    assert states[list(StepName).index(StepName.SCORE)] is RunState.FAILED
    with unit_of_work(ACTOR) as session:
        assert "autre version de Vigie" in (run_queries.get_run(session, ACTOR, run_id).error or "")


def test_a_day_before_the_data_stops_the_run(ready: Path) -> None:
    with pytest.raises(DomainError, match="absentes au 01/01/2019"):
        pipeline.run(start(date(2019, 1, 1)), home=ready)
    assert count(DetectionList) == 0


def test_without_a_champion_nothing_starts(fresh_database: None, home: Path) -> None:
    with pytest.raises(DomainError, match="models train"):
        start()
    assert count(DetectionRun) == 0


def test_a_second_run_of_the_same_day_is_refused_while_the_first_goes_on(ready: Path) -> None:
    start()
    with pytest.raises(DomainError, match="déjà en cours"):
        start()
    assert start(EARLIER)


def test_two_workers_never_carry_the_same_run(ready: Path) -> None:
    run_id = start()
    with exclusive(RUN_LOCK, run_id), pytest.raises(BusyError):
        pipeline.run(run_id, home=ready)
    assert run_states(run_id)[0] is RunState.WAITING


def test_the_command_runs_and_says_the_digest(ready: Path, app) -> None:  # type: ignore[no-untyped-def]
    runner = app.test_cli_runner()
    day = AS_OF.isoformat()
    answers = [
        runner.invoke(args=["detections", "run", "--as-of", day, "--json"]) for _ in range(2)
    ]
    assert [answer.exit_code for answer in answers] == [0, 0], answers[0].output
    facts = [json.loads(answer.stdout) for answer in answers]
    assert facts[0]["sha256"] == facts[1]["sha256"]
    assert facts[0]["run"] != facts[1]["run"]
    assert [step["name"] for step in facts[0]["steps"]] == [name.value for name in StepName]
    assert facts[0]["entries"] > 0


def test_the_command_says_in_french_what_is_missing(fresh_database: None, home: Path, app) -> None:  # type: ignore[no-untyped-def]
    answer = app.test_cli_runner().invoke(args=["detections", "run", "--as-of", "2026-11-01"])
    assert answer.exit_code == 1
    assert "Aucun modèle n’est en service" in answer.output
