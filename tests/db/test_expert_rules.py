"""Expert rules in a run: what they move, what is kept of it, and who may read why."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.access.identity import Nature, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import today
from app.detections.lists import queries
from app.detections.models import (
    DetectionEntry,
    DetectionList,
    DetectionReason,
    DetectionRuleEffect,
    ExpertRuleSet,
    RunState,
)
from app.detections.rules import engine
from app.detections.rules import queries as rule_queries
from app.detections.rules import services as rule_services
from app.detections.runs import pipeline, services
from app.detections.runs import queries as run_queries
from scoring.vocabulary import Level
from tests.factories.detections import AS_OF, register_firms, register_small_model
from tests.factories.network import working_as
from tests.factories.people import World, newcomer
from tests.support.journaled import journaled

pytest_plugins = ["tests.factories.region"]
pytestmark = pytest.mark.usefixtures("remembered_tables")

ACTOR = system_identity("tests")
#: one rule on confidential data brings firms in, one on public data takes some out
RULES = """
rules:
  - name: grande
    when: {feature: contribution_mean_12m, op: ">", value: 60000}
    effect: +1
    reason: Plus de 60 000 € de cotisations par mois
    author: Anne
    from: 2020-01-01
  - name: jeune
    when: {feature: age, op: "<", value: 15}
    effect: -1
    reason: Moins de quinze ans
    author: Anne
    from: 2020-01-01
"""


@pytest.fixture
def ready(world: World, home: Path) -> Path:
    with unit_of_work(ACTOR) as session:
        register_firms(session, home)
        register_small_model(session, home)
    return home


def write(session: Session, world: World, text: str, *, since: date = AS_OF) -> int:
    """A version, whatever the day it is."""
    version = ExpertRuleSet(text=text, note="Essai", author_id=world.scientist, in_force_from=since)
    session.add(version)
    session.flush()
    return version.id


def run(home: Path) -> int:
    with unit_of_work(ACTOR) as session:
        number = services.start_run(session, ACTOR, as_of=AS_OF, trigger="test").id
    pipeline.run(number, home=home)
    return number


def levels(run_id: int) -> dict[str, tuple[Level | None, Level]]:
    """By siren, what the model said and what the list says."""
    with unit_of_work(ACTOR) as session:
        rows = session.scalars(
            select(DetectionEntry).join(DetectionEntry.list).where(DetectionList.run_id == run_id)
        ).all()
        return {entry.siren: (entry.model_level, entry.level) for entry in rows}


def test_rules_move_the_levels_of_the_list_and_say_why(world: World, ready: Path) -> None:
    before = levels(run(ready))
    assert {model for model, _ in before.values()} == {Level.ELEVEE, Level.MODEREE}
    assert all(model is level for model, level in before.values())
    with unit_of_work(ACTOR) as session:
        version = write(session, world, RULES)
    run_id = run(ready)
    after = levels(run_id)
    table = pd.read_parquet(ready / "runs" / str(run_id) / "features.parquet").set_index("siren")
    large, young = table["contribution_mean_12m"] > 60_000, table["age"] < 15
    ladder = [Level.NONE, Level.MODEREE, Level.ELEVEE]
    for siren in table.index:
        model = before.get(siren, (Level.NONE, Level.NONE))[1]
        rank = ladder.index(model) + int(large[siren]) - int(young[siren])
        expected = ladder[min(2, max(0, rank))]
        assert after.get(siren, (None, Level.NONE))[1] is expected, siren
        if siren in after:
            assert after[siren][0] is model
    entered, left = set(after) - set(before), set(before) - set(after)
    assert entered, "no firm entered: the rules of the test say nothing"
    assert left, "no firm left: the rules of the test say nothing"
    with unit_of_work(ACTOR) as session:
        found = run_queries.get_run(session, ACTOR, run_id)
        assert found.rule_set_id == version
        current = queries.find_current_list(session)
        assert current is not None
        assert current.parameters["rules"] == version
        firm = session.scalars(
            select(DetectionEntry).where(
                DetectionEntry.list_id == current.id, DetectionEntry.siren.in_(entered)
            )
        ).first()
        assert firm is not None
        (effect,) = queries.effects_of(session, ACTOR, [firm.id])[firm.id]
        assert (effect.name, effect.effect, effect.natures) == ("grande", 1, ["urssaf"])
        assert firm.rules_count == 1
        told = session.scalars(
            select(DetectionReason.id).where(DetectionReason.entry_id == firm.id)
        ).all()
        assert told, "a firm that a rule brings in is explained like the others"


def test_the_same_day_and_rules_twice_give_the_same_bytes(world: World, ready: Path) -> None:
    with unit_of_work(ACTOR) as session:
        write(session, world, RULES)
    first, second = run(ready), run(ready)
    for name in ("rules", "explain", "list"):
        one, other = (
            ready / "runs" / str(number) / f"{name}.parquet" for number in (first, second)
        )
        assert one.read_bytes() == other.read_bytes(), name
    assert levels(first) == levels(second)


def test_a_run_applies_the_last_version_in_force_on_its_day(world: World, ready: Path) -> None:
    with unit_of_work(ACTOR) as session:
        write(session, world, "rules: []", since=AS_OF - timedelta(days=60))
        applied = write(session, world, RULES, since=AS_OF)
        write(session, world, "rules: []", since=AS_OF + timedelta(days=1))
        assert (
            services.start_run(session, ACTOR, as_of=AS_OF, trigger="test").rule_set_id == applied
        )


def test_rules_that_are_no_longer_read_stop_the_run_and_the_last_list_stays(
    world: World, ready: Path
) -> None:
    first = run(ready)
    with unit_of_work(ACTOR) as session:
        write(session, world, RULES.replace("contribution_mean_12m", "variable_disparue"))
    with pytest.raises(DomainError, match="variable_disparue"):
        run(ready)
    with unit_of_work(ACTOR) as session:
        failed = run_queries.find_last_run(session, as_of=AS_OF)
        assert failed is not None
        assert failed.state is RunState.FAILED
        current = queries.find_current_list(session)
        assert current is not None
        assert current.run_id == first


def test_the_reason_of_a_rule_needs_every_nature_it_reads(world: World, ready: Path) -> None:
    with unit_of_work(ACTOR) as session:
        write(session, world, RULES)
    run(ready)
    with unit_of_work(ACTOR) as session:
        entry = session.scalars(
            select(DetectionEntry)
            .join(DetectionRuleEffect, DetectionRuleEffect.entry_id == DetectionEntry.id)
            .where(DetectionRuleEffect.name == "grande")
        ).first()
        assert entry is not None
        department, entry_id = str(entry.department), entry.id
        session.execute(
            text(
                "insert into detection_rule_effect (entry_id, siren, departments, natures, name, effect, reason, position)"
                " values (:e, :s, :d, '{urssaf,activite_partielle}', 'deux', 1, 'Deux natures', 9),"
                " (:e, :s, :d, '{}', 'aucune', 1, 'Publique', 10)"
            ),
            {"e": entry_id, "s": entry.siren, "d": entry.departments},
        )
        people = {
            natures: newcomer(session, f"lecteur-{place}", natures={department: list(natures)})
            for place, natures in enumerate(
                [
                    (Nature.SCORE,),
                    (Nature.SCORE, Nature.URSSAF),
                    (Nature.SCORE, Nature.URSSAF, Nature.ACTIVITE_PARTIELLE),
                    (Nature.URSSAF,),
                ]
            )
        }
    expected = [{"aucune"}, {"grande", "aucune"}, {"grande", "deux", "aucune"}, set()]
    for agent, names in zip(people.values(), expected, strict=True):
        with working_as(agent) as (session, who):
            found = queries.effects_of(session, who, [entry_id])[entry_id]
            assert {effect.name for effect in found} - {"jeune"} == names


def test_a_version_is_never_rewritten_nor_signed_for_somebody_else(world: World) -> None:
    with unit_of_work(ACTOR) as session:
        write(session, world, RULES)
    for statement in ("update expert_rule_set set text = ''", "delete from expert_rule_set"):
        with working_as(world.scientist) as (session, _), pytest.raises(DBAPIError, match="denied"):
            session.execute(text(statement))
    insert = "insert into expert_rule_set (text, note, author_id, in_force_from) values ('', 'x', :a, now())"
    for person, author in ((world.scientist, world.admin), (world.admin, world.admin)):
        with working_as(person) as (session, _), pytest.raises(DBAPIError, match="row-level"):
            session.execute(text(insert), {"a": author})


def save(world: World, written: str, **more: object) -> int:
    asked = {"note": "Essai", "in_force_from": today(), "base": None} | more
    with working_as(world.scientist) as (session, who):
        return rule_services.save_rules(session, who, text=written, **asked).id  # type: ignore[arg-type]


def test_saving_keeps_every_version_and_journals(world: World) -> None:
    first = save(world, RULES)
    second = save(world, "rules: []", base=first)
    with working_as(world.scientist) as (session, _):
        assert [version.id for version in rule_queries.list_versions(session)] == [second, first]
    lines = journaled(Event.RULES_SAVED)
    assert [line.details["version"] for line in lines] == [first, second]
    assert lines[1].details["former"] == first


def test_what_cannot_be_saved_is_refused(world: World) -> None:
    first = save(world, RULES)
    for written, more, words in (
        ("rules: []", {"base": None}, "entre-temps"),
        (RULES, {"base": first}, "déjà celui"),
        ("rules: []", {"base": first, "in_force_from": date(2020, 1, 1)}, "mois passés"),
    ):
        with pytest.raises(DomainError, match=words):
            save(world, written, **more)
    with working_as(world.scientist) as (session, _):
        assert len(rule_queries.list_versions(session)) == 1


def test_reading_a_text_tells_its_mistakes() -> None:
    assert engine.problems("rules: 3")
    with pytest.raises(DomainError, match="« rules »"):
        engine.read("rules: 3")
