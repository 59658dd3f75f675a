"""The register of demands: the day an answer is due, who keeps it, and an answer that is written once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError

from app.core.errors import DomainError
from app.core.now import today
from app.transparency.demands import queries, services
from app.transparency.demands.models import Demand, DemandKind, DemandOutcome
from app.transparency.learning import queries as lesson
from app.transparency.learning import services as lesson_services
from app.transparency.learning.content import PAGES, QUESTIONS
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.transparency import finish_lesson, plant_demand


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 12, 1), date(2027, 1, 4)),  # the 1st is a holiday, then a week-end
        (date(2026, 1, 31), date(2026, 3, 2)),  # no 31 February, then a week-end
        (date(2026, 9, 15), date(2026, 10, 15)),
        (date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_an_answer_is_due_in_a_month_on_a_working_day(received: date, due: date) -> None:
    assert services.due_on(received, department="21") == due


def received(siren: str, **said: object) -> services.ReceivedDemand:
    """A demand as it is received."""
    told = {"kind": DemandKind.CONTEST, "asked_as": "gérante", "body": "Ce n’est pas vrai.", "received_on": today()}  # fmt: skip
    return services.ReceivedDemand(siren=siren, **{**told, **said})  # type: ignore[arg-type]


def test_a_demand_is_kept_where_the_firm_works_and_by_administrators(world: World) -> None:
    with working_as(world.admin) as (session, admin):
        of_paris = services.write(session, admin, received(world.siren_75)).id
    with working_as(world.manager) as (session, manager):
        own = services.write(
            session, manager, received(f" {world.siren_21[:3]} {world.siren_21[3:]}")
        )
        assert own.number == world.siren_21
        seen = session.scalars(select(Demand.number)).all()
        assert seen == [world.siren_21], "not that of Paris"
        with pytest.raises(DomainError, match="pas dans votre zone"):
            services.write(session, manager, received(world.siren_75))
    with working_as(world.alice) as (session, _alice):
        assert session.scalars(select(Demand)).all() == []
    with working_as(world.admin) as (session, admin):
        assert queries.get_demand(session, admin, of_paris).departments == ["75"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"siren": "999999999"}, "siren"),
        ({"siren": "12"}, "siren"),
        ({"asked_as": " "}, "asked_as"),
        ({"asked_as": "x" * 121}, "asked_as"),
        ({"body": ""}, "body"),
        ({"received_on": today() + timedelta(days=1)}, "received_on"),
    ],
)
def test_a_demand_that_is_wrong_is_refused(
    world: World, said: dict[str, object], field: str
) -> None:
    siren = str(said.pop("siren", world.siren_21))
    with working_as(world.admin) as (session, admin):
        with pytest.raises(DomainError) as refused:
            services.write(session, admin, received(siren, **said))
        assert refused.value.field == field


def answer(world: World, demand_id: int, day: date) -> None:
    """An administrator writes an answer."""
    with working_as(world.admin) as (session, admin):
        demand = queries.get_demand(session, admin, demand_id)
        services.answer(session, admin, demand, outcome=DemandOutcome.STATEMENT, said="Relevé envoyé.", answered_on=day)  # fmt: skip


def test_an_answer_is_written_once(world: World) -> None:
    demand_id = plant_demand(world.admin, world.siren_21, "21", due_on=today() - timedelta(days=1))
    with working_as(world.manager) as (session, manager):
        assert queries.count_late(session, manager) == 1
    with pytest.raises(DomainError, match="ne précède pas"):
        answer(world, demand_id, today() - timedelta(days=60))
    with pytest.raises(DomainError, match="pas encore venu"):
        answer(world, demand_id, today() + timedelta(days=1))
    answer(world, demand_id, today())
    with pytest.raises(DomainError, match="déjà une réponse"):
        answer(world, demand_id, today())
    with system() as session:
        kept = session.get_one(Demand, demand_id)
        assert (kept.was_late, kept.is_late, kept.answered_by) == (True, False, world.admin)


def test_the_database_keeps_what_was_asked(world: World) -> None:
    demand_id = plant_demand(world.admin, world.siren_21, "21")
    for statement in (
        update(Demand).values(body="Autre chose"),
        text("delete from demand"),
    ):
        with pytest.raises(ProgrammingError), working_as(world.admin) as (session, _admin):
            session.execute(statement)
    answer(world, demand_id, today())
    with working_as(world.admin) as (session, _admin):
        changed = session.execute(
            update(Demand).values(answer="Réécrite").returning(Demand.id)
        ).all()
        assert changed == [], "what is answered is out of the reach of an update"


def test_the_lesson_is_recorded_once_and_counted_without_names(world: World) -> None:
    with working_as(world.alice) as (session, alice):
        assert lesson_services.finish(session, alice)
        first = lesson.finished_at(session, alice)
    with working_as(world.alice) as (session, alice):
        assert not lesson_services.finish(session, alice)
        assert lesson.finished_at(session, alice) == first
    finish_lesson(world.bob)
    with working_as(world.manager) as (session, manager):
        finished, everybody = lesson.count_team(session, manager)
        assert finished == 1, "Bob is of another administration"
        assert everybody >= 4
        assert session.execute(text("select count(*) from lesson_record")).scalar_one() == 0


def test_the_lesson_is_short_and_each_question_has_its_answer() -> None:
    assert 4 <= len(PAGES) <= 8
    assert 6 <= len(QUESTIONS) <= 8
    assert len({question.code for question in QUESTIONS}) == len(QUESTIONS)
    assert all(0 <= question.right < len(question.choices) for question in QUESTIONS)
    assert {question.right for question in QUESTIONS} == {0, 1, 2}, (
        "always the same place is no question"
    )
    words = sum(len(" ".join((*page.texts, page.example)).split()) for page in PAGES)
    words += sum(len(" ".join((q.text, *q.choices, q.why)).split()) for q in QUESTIONS)
    assert words / 200 <= 10, "ten minutes at two hundred words a minute"
