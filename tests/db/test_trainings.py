"""Trainings asked for: by the calendar or by somebody, resumed after a kill, told to the data scientists."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core.access.identity import system_identity
from app.core.database.locks import BusyError, exclusive
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.journal import Event
from app.messages.models import Announcement, Email
from app.models_registry.models import ModelState, ModelVersion
from app.trainings import jobs, pipeline, queries, services
from app.trainings.models import TrainingRun, TrainingState, TrainingStep
from app.trainings.steps import learning
from scoring.errors import UntrainableError
from scoring.learning import artifacts, manifest
from scoring.learning.artifacts import TrainedModel
from scoring.measuring.reference import REFERENCE
from tests.factories.detections import AS_OF, register_small_model
from tests.factories.people import World
from tests.factories.rows import refused_row
from tests.support.journaled import journaled

pytest_plugins = ["tests.factories.region"]
pytestmark = pytest.mark.usefixtures("remembered_tables")

ACTOR = system_identity("tests")


class KilledError(BaseException):
    """Stands for kill -9: nothing of ours runs after it."""


@pytest.fixture
def learnt(world: World, home: Path, monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The small model in service; another comes out of each training. The days that were learnt."""
    with unit_of_work(ACTOR) as session:
        register_small_model(session, home)
    small, days = artifacts.load(home / "models" / "small"), list[date]()

    def learn(_lake: Any, *, as_of: date, out_dir: Path, **_: Any) -> TrainedModel:
        days.append(as_of)
        metadata = {**small.metadata, "data_fingerprint": f"{len(days)}" * 64}
        saved = artifacts.save(TrainedModel(**{**vars(small), "metadata": metadata}), out_dir)
        (out_dir / REFERENCE).write_text("{}")
        manifest.write(out_dir)
        return saved

    monkeypatch.setattr(learning.learning, "train", learn)
    return days


def ask(as_of: date = AS_OF) -> int:
    with unit_of_work(ACTOR) as session:
        return services.request_training(session, ACTOR, as_of=as_of, trigger="test").id


def known(run_id: int) -> TrainingRun:
    with unit_of_work(ACTOR) as session:
        found = queries.get_training(session, run_id)
        session.expunge(found)
        return found


def models() -> list[ModelState]:
    with unit_of_work(ACTOR) as session:
        return list(session.scalars(select(ModelVersion.state).order_by(ModelVersion.id)))


def told() -> list[tuple[int, str]]:
    with unit_of_work(ACTOR) as session:
        found = session.scalars(select(Announcement).order_by(Announcement.id)).all()
        return [(each.agent_id, each.subject) for each in found]


def test_a_training_makes_a_challenger_and_never_a_champion(
    world: World, home: Path, learnt: list[date]
) -> None:
    run_id = ask()
    pipeline.run(run_id, home=home)
    pipeline.run(run_id, home=home)
    assert learnt == [AS_OF]
    assert (known(run_id).state, known(run_id).error) == (TrainingState.DONE, None)
    assert models() == [ModelState.CHAMPION, ModelState.CHALLENGER]
    assert told() == [(world.scientist, f"Le modèle n° {known(run_id).model_id} est entraîné")]
    assert not list((home / "models").glob(".training-*"))
    # somebody may be about to sign for the challenger: the next one waits
    pipeline.run(ask(date(2026, 10, 1)), home=home)
    assert models() == [ModelState.CHAMPION, ModelState.CHALLENGER, ModelState.CANDIDATE]
    assert len(journaled(Event.MODEL_CHALLENGED)) == 1


@pytest.mark.parametrize("step", list(TrainingStep))
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_training_killed_at_a_step_goes_on_from_there(
    home: Path, learnt: list[date], monkeypatch: pytest.MonkeyPatch, step: TrainingStep, moment: str
) -> None:
    run_id, act = ask(), pipeline.ACTS[step]

    def die(*arguments: Any) -> None:
        if moment == "after":
            act(*arguments)
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setitem(pipeline.ACTS, step, die)
        with pytest.raises(KilledError):
            pipeline.run(run_id, home=home)
    if (step, moment) != (TrainingStep.JUDGE, "after"):
        assert known(run_id).state is TrainingState.RUNNING
    pipeline.run(run_id, home=home)
    assert known(run_id).state is TrainingState.DONE
    assert learnt == [AS_OF], "what was learnt is not learnt again"
    assert models() == [ModelState.CHAMPION, ModelState.CHALLENGER]


def failing(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def test_a_training_that_breaks_tells_no_figure_to_data_scientists(
    home: Path, learnt: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL quotes the row that it refuses."""
    run_id = ask()
    monkeypatch.setattr(learning.learning, "train", failing(refused_row("100000009")))
    with pytest.raises(IntegrityError):
        pipeline.run(run_id, home=home)
    with unit_of_work(ACTOR) as session:
        (mail,) = session.execute(select(Email.body_text, Email.body_html)).all()
    for said in (known(run_id).error or "", *mail):
        assert "IntegrityError" in said
        assert "100000009" not in said


def test_a_training_that_fails_says_why_and_tells_once_and_is_resumed(
    world: World, home: Path, learnt: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = ask()
    with monkeypatch.context() as patch:
        patch.setattr(learning.learning, "train", failing(UntrainableError("Aucune défaillance.")))
        for _ in range(2):
            with pytest.raises(DomainError, match="Aucune défaillance"):
                pipeline.run(run_id, home=home)
    run = known(run_id)
    assert (run.state, run.step) == (TrainingState.FAILED, TrainingStep.LEARN)
    assert "Aucune défaillance" in (run.error or "")
    assert told() == [(world.scientist, "L’entraînement d’un modèle a échoué")]
    with unit_of_work(ACTOR) as session:
        (email,) = session.scalars(select(Email)).all()
        assert email.agent_id == world.scientist
        assert "Aucune défaillance" in email.body_text
        assert f"/modele/entrainements/{run_id}" in email.body_text
    assert models() == [ModelState.CHAMPION]
    with unit_of_work(ACTOR) as session:
        services.resume_training(session, ACTOR, queries.get_training(session, run_id))
    pipeline.run(run_id, home=home)
    assert known(run_id).state is TrainingState.DONE


def test_two_workers_never_carry_the_same_training(home: Path, learnt: list[date]) -> None:
    run_id = ask()
    with exclusive(pipeline.LOCK, run_id), pytest.raises(BusyError):
        pipeline.run(run_id, home=home)
    assert learnt == []


def test_the_calendar_asks_once_a_quarter_for_a_training(
    home: Path, learnt: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (date(2026, 11, 23), date(2026, 12, 31), date(2027, 1, 1)):
        monkeypatch.setattr(jobs, "today", lambda day=day: day)
        monkeypatch.setattr(services, "today", lambda day=day: day)
        jobs.train_quarter()
        jobs.train_quarter()
    with unit_of_work(ACTOR) as session:
        asked = session.execute(
            select(TrainingRun.as_of, TrainingRun.trigger).order_by(TrainingRun.id)
        ).all()
        waiting = session.scalar(
            text("select count(*) from procrastinate_jobs where task_name = 'models.train'")
        )
    assert [tuple(row) for row in asked] == [
        (date(2026, 10, 1), "calendrier"), (date(2027, 1, 1), "calendrier"),
    ]  # fmt: skip
    assert waiting == 2


def test_the_calendar_never_trains_the_first_model(world: World, home: Path) -> None:
    jobs.train_quarter()
    with unit_of_work(ACTOR) as session:
        assert session.scalars(select(TrainingRun)).all() == []


@pytest.mark.parametrize(
    ("as_of", "words"), [(AS_OF, "déjà en cours"), (date(2999, 1, 1), "futur")]
)
def test_a_training_is_not_asked_twice_nor_ahead_of_time(
    home: Path, learnt: list[date], as_of: date, words: str
) -> None:
    ask()
    with pytest.raises(DomainError, match=words):
        ask(as_of)


def test_a_model_learnt_just_before_the_kill_is_not_learnt_again(
    home: Path, learnt: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = ask()
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "_end_step", failing(KilledError()))
        with pytest.raises(KilledError):
            pipeline.run(run_id, home=home)
    pipeline.run(run_id, home=home)
    assert known(run_id).state is TrainingState.DONE
    assert learnt == [AS_OF]
