"""Studies: registered before they are read, read once on their day, never rewritten by anybody."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.database.locks import BusyError, exclusive
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import today
from app.evidence.studies import computing, jobs, queries, services
from app.evidence.studies.models import ImpactResult, ImpactStudy
from scoring.vocabulary import ImpactVerdict, StudyOutcome
from tests.factories.network import system
from tests.factories.people import World, reading_as
from tests.factories.studies import asked, plant_study, register
from tests.support.journaled import journaled

#: a world small enough for a test, and whose effect is found
SMALL_WORLD = {"ratio": 0.5, "seed": 3, "firms": 12_000}


class KilledError(BaseException):
    """Stands for kill -9: nothing of ours runs after it."""


def results(study_id: int) -> Sequence[ImpactResult]:
    with system() as session:
        found = session.scalars(
            select(ImpactResult)
            .where(ImpactResult.study_id == study_id)
            .order_by(ImpactResult.horizon)
        ).all()
        session.expunge_all()
        return found


def plant_world(**changed: object) -> int:
    with system() as session:
        request = asked(world=SMALL_WORLD, horizons=(18,), **changed)
        return services.register(session, computing.ACTOR, request).id


def test_a_study_is_written_once_with_who_and_when(world: World) -> None:
    study_id = register(world.scientist)
    with system() as session:
        study = queries.get_study(session, computing.ACTOR, study_id)
        assert study.author.id == world.scientist
        assert (study.horizons, study.results, study.is_due) == ([12, 18], [], True)
    assert journaled(Event.STUDY_REGISTERED)[-1].details["study"] == study_id


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"cohort_from": date(2023, 10, 1)}, "cohort_to"),
        ({"horizons": ()}, "horizons"),
        ({"outcome": StudyOutcome.JOBS, "horizons": (18,)}, "horizons"),
        ({"frozen_on": date(2023, 1, 1)}, "frozen_on"),
        ({"cohort_to": today().replace(month=1, day=1), "horizons": (24,)}, "frozen_on"),
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"note": ""}, "note"),
    ],
)
def test_what_could_not_be_read_is_not_registered(
    world: World, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        register(world.scientist, **changed)
    assert refusal.value.field == field
    with system() as session:
        assert session.scalar(select(func.count()).select_from(ImpactStudy)) == 0


def test_the_same_question_is_asked_once(world: World) -> None:
    register(world.scientist)
    with pytest.raises(DomainError, match="déjà enregistrée"):
        register(world.scientist, title="Autrement dite", note="Pour voir")
    register(world.scientist, departments=("21",))


@pytest.mark.parametrize(
    "statement",
    [
        "update impact_study set frozen_on = current_date + 1",
        "delete from impact_study",
        "truncate impact_study cascade",
        "update impact_result set verdict = 'favorable'",
        "delete from impact_result",
        "truncate impact_result",
    ],
)
def test_nobody_rewrites_a_study(app: Flask, world: World, statement: str) -> None:
    """Not even the owner of the tables, acting for the system."""
    plant_study(world.scientist)
    owner = create_engine(app.config["VIGIE_ENDPOINTS"].owner_url, poolclass=NullPool)
    with owner.begin() as connection:
        connection.execute(text("select set_config('vigie.system', 'on', true)"))
        with pytest.raises(DBAPIError, match="never rewritten"):
            connection.execute(text(statement))


def test_a_study_is_not_read_before_its_day(world: World, tmp_path: Path) -> None:
    study_id = plant_world(frozen_on=today() + timedelta(days=1))
    with pytest.raises(DomainError, match="avant son jour"):
        computing.run(study_id, home=tmp_path)
    early = {"study_id": study_id, "horizon": 18, "verdict": "favorable", "details": {}}
    words = dict.fromkeys(("sentence", "needed", "refusal", "code_version", "data_version"), "")
    with pytest.raises(DBAPIError, match="not read before its date"), system() as session:
        session.execute(insert(ImpactResult), early | words)
    with system() as session:
        assert queries.list_due(session) == []


def test_a_study_killed_while_it_is_read_gives_one_result(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study_id = plant_world()

    def killed(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(services, "store", killed)
        with pytest.raises(KilledError):
            computing.run(study_id, home=tmp_path)
    assert results(study_id) == []
    with exclusive(computing.LOCK, study_id), pytest.raises(BusyError):
        computing.run(study_id, home=tmp_path)
    computing.run(study_id, home=tmp_path)
    computing.run(study_id, home=tmp_path)
    (found,) = results(study_id)
    assert found.verdict is ImpactVerdict.FAVORABLE
    assert found.details["low"] <= found.truth <= found.details["high"]
    assert found.code_version == computing.code_version()
    assert len(journaled(Event.STUDY_COMPUTED)) == 1


def test_what_cannot_be_measured_is_stored_as_a_refusal(world: World, tmp_path: Path) -> None:
    study_id = register(world.scientist)
    computing.run(study_id, home=tmp_path)
    found = results(study_id)
    assert [each.horizon for each in found] == [12, 18]
    for each in found:
        assert each.verdict is ImpactVerdict.NON_CONCLUANT
        assert "Aucune liste n’a été publiée" in each.refusal
        assert (each.details, each.truth) == ({}, None)


def test_each_night_what_is_due_is_read(world: World) -> None:
    due, later = (
        register(world.scientist),
        register(world.scientist, departments=("21",), frozen_on=today() + timedelta(days=9)),
    )
    jobs.read_due()
    with system() as session:
        asked_for = session.scalars(
            text(
                "select (args ->> 'study_id')::int from procrastinate_jobs where task_name = 'evidence:study:read'"
            )
        ).all()
    assert due in asked_for
    assert later not in asked_for


def test_managers_and_scientists_read_what_was_found_and_scientists_register(
    world: World, session: Session
) -> None:
    study_id = plant_study(world.scientist)
    for person in (world.manager, world.scientist):
        with reading_as(session, person) as who:
            assert len(queries.get_study(session, who, study_id).results) == 2
    for person in (world.alice, world.stranger, world.admin):
        with reading_as(session, person):
            assert session.scalars(select(ImpactStudy)).all() == []
            assert session.scalars(select(ImpactResult)).all() == []
    with pytest.raises(DBAPIError, match="row-level security"):
        register(world.manager, departments=("21",))
