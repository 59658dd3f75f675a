"""The store is built from what was known on a day, read by whoever may, and never by others."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.core import now
from app.core.access.identity import Identity, Nature, Role, system_identity
from app.core.access.rows import acting_as
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import today
from app.label_store import queries, services
from app.label_store.building import jobs, store, verdicts
from app.label_store.models import (
    LabelBuild,
    LabelBuildState,
    LabelCount,
    LabelInterval,
    VerdictLabel,
)
from app.labels import services as labels
from app.models_registry.models import ModelVersion
from app.visits.models import ContactResult, Verdict, VisitListing
from app.visits.queries import get_visit
from app.visits.services import correct_visit
from scoring.vocabulary import RANDOM_VISITS, VerdictUse
from tests.factories.detections import Alerted, publish_list
from tests.factories.label_store import log_many, plant_build, small_store_lake
from tests.factories.network import network_id, working_as
from tests.factories.people import World, identity, newcomer
from tests.factories.visits import a_report, log_visit
from tests.support.journaled import journaled

ACTOR = system_identity("tests")
ALL = {"21": [*Nature]}


@pytest.fixture
def scientist(world: World) -> int:
    """A data scientist who holds every nature in Côte-d’Or."""
    with unit_of_work(ACTOR) as session:
        return newcomer(session, "habilitee", natures=ALL, roles=(Role.DATA_SCIENTIST,))


@pytest.fixture
def lake_home(
    world: World, app: TransactionalFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An instance whose lake holds the firms of Côte-d’Or."""
    small_store_lake(tmp_path / "lake", world.siren_21, world.siren_21_quiet)
    monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(home=tmp_path))
    return tmp_path


def at(day: str) -> "now.at":  # type: ignore[valid-type]
    return now.at(datetime.fromisoformat(f"{day}T10:00:00+00:00"))


def built(day: str) -> int:
    """A building of what was known on a day, asked for and done by a worker."""
    with unit_of_work(ACTOR) as session:
        asked = services.ask_build(
            session, ACTOR, known_on=date.fromisoformat(day), trigger="test"
        ).id
    jobs.build(build_id=asked)
    return asked


def told_of(siren: str, build_id: int) -> tuple[str, str]:
    with unit_of_work(ACTOR) as session:
        found = session.get_one(LabelInterval, (build_id, siren))
        return found.fates, found.counts


def record(day: str, act: Callable[[Session, labels.LabelledAct], None], siren: str) -> None:
    with at(day), unit_of_work(ACTOR) as session:
        act(session, labels.LabelledAct(siren=siren, occurred_on=date(2022, 2, 10), subject_kind="case", subject_id=7))  # fmt: skip


def test_a_correction_counts_from_the_day_it_is_known_and_not_before(
    world: World, lake_home: Path
) -> None:
    record("2022-06-10", labels.record_support_opened, world.siren_21)
    record("2022-06-12", lambda s, act: labels.record_outcome(s, act, outcome="stabilisee"), world.siren_21)  # fmt: skip
    record("2022-06-20", labels.record_support_cancelled, world.siren_21)
    # built once everything is recorded: an earlier day still knows no more than it did
    during, after = built("2022-06-19"), built("2022-06-20")
    assert told_of(world.siren_21, during) == ("SA", "10")
    assert told_of(world.siren_21, after) == ("MM", "10")
    assert told_of(world.siren_21_quiet, during) == ("MM", "10")
    with unit_of_work(ACTOR) as session:
        counts = {each.fate: each for each in queries.list_counts(session, during, region="27") if each.year == 0}  # fmt: skip
        assert (counts[""].firms, counts[""].intervals, counts[""].halves) == (2, 2, 1)
        assert counts["A"].snapshots == 1
        done = queries.get_build(session, during)
        assert done.facts is not None
        assert done.facts["refusal"] is not None
        assert (done.state, done.facts["admin_end"]) == (LabelBuildState.DONE, "2022-04-20")
    assert [line.details["known_on"] for line in journaled(Event.LABELS_BUILT)] == ["2022-06-19", "2022-06-20"]  # fmt: skip


def test_a_building_that_cannot_be_done_says_why(world: World, lake_home: Path) -> None:
    with pytest.raises(DomainError, match="Rien n’est connu au 01/01/2019"):
        built("2019-01-01")
    with unit_of_work(ACTOR) as session:
        failed = session.scalars(select(LabelBuild)).one()
        assert failed.state is LabelBuildState.FAILED
        assert "Choisissez une date plus tardive" in str(failed.error)


def read_by(session: Session, who: Identity, table: type) -> int:
    session.rollback()
    with acting_as(who):
        count = session.scalar(select(func.count()).select_from(table))
        session.rollback()
    return int(count or 0)


def test_a_firm_is_read_by_the_data_scientists_to_whom_it_is_open(
    world: World, scientist: int, session: Session
) -> None:
    with unit_of_work(ACTOR) as writing:
        publish_list(writing, Alerted(siren=world.siren_21, department="21"))
    log_visit(world.alice, world.siret_21, to="crp")
    plant_build(world.siren_21)
    plant_build(world.siren_21_quiet, known_on=date(2026, 10, 1))
    with unit_of_work(ACTOR) as writing:
        elsewhere = newcomer(writing, "ailleurs", natures={"75": [*Nature]}, roles=(Role.DATA_SCIENTIST,))  # fmt: skip
        bare = newcomer(writing, "sans-urssaf", natures={"21": []}, roles=(Role.DATA_SCIENTIST,))
    people = {
        "held": identity(session, scientist),
        "elsewhere": identity(session, elsewhere),
        "bare": identity(session, bare),
        "unhabilitated": identity(session, world.scientist),
        "agent": identity(session, world.alice),
    }
    tables = (LabelInterval, VerdictLabel, LabelCount)
    read = {name: tuple(read_by(session, who, each) for each in tables) for name, who in people.items()}  # fmt: skip
    # the other firm was never opened: not even to whoever holds everything where it works
    assert read == {
        "held": (1, 1, 48),
        "elsewhere": (0, 0, 48),
        "bare": (0, 0, 48),
        "unhabilitated": (0, 0, 48),
        "agent": (0, 0, 0),
    }


def uses(known_on: date) -> list[tuple[VerdictUse, str | None]]:
    with unit_of_work(ACTOR) as session:
        verdicts.derive(session)
        then = (
            VerdictLabel.known_on <= known_on,
            func.coalesce(VerdictLabel.until, date.max) > known_on,
        )
        found = session.scalars(select(VerdictLabel).where(*then).order_by(VerdictLabel.visit_id))
        return [(each.use, each.verdict) for each in found]  # fmt: skip


def test_a_verdict_is_kept_as_it_was_known_and_says_why_it_is_not_learnt(world: World) -> None:
    with unit_of_work(ACTOR) as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21"))
        session.execute(text("update detection_entry set arm = 'random', p_select = 0.25"))
    said, corrected = today(), today() + timedelta(days=5)
    random = log_visit(world.alice, world.siret_21, to="crp")
    log_visit(world.alice, world.siret_21_quiet, to="crp")
    log_visit(
        world.alice, world.siret_21, to="crp", contact_result=ContactResult.REFUS, verdict=None
    )
    crp = network_id("crp")
    with at(corrected.isoformat()), working_as(world.alice) as (session, who):
        report = a_report(visited_on=said, verdict=Verdict.INDETERMINEE, network_id=crp)
        correct_visit(session, who, get_visit(session, who, random), report)
    unlisted, refused = (VerdictUse.UNLISTED, "confirmee"), (VerdictUse.REFUSAL, None)
    assert uses(said - timedelta(days=1)) == []
    assert uses(said) == [(VerdictUse.LEARNT, "confirmee"), unlisted, refused]
    assert uses(corrected) == [(VerdictUse.UNDETERMINED, "indeterminee"), unlisted, refused]
    with unit_of_work(ACTOR) as session:
        session.execute(text("update detection_entry set arm = 'algorithm', p_select = 1"))
    assert uses(said)[0] == (VerdictUse.CHOSEN, "confirmee")  # fmt: skip


def test_the_model_of_verdicts_waits_for_a_hundred_random_visits(world: World) -> None:
    with unit_of_work(ACTOR) as session:
        list_id = publish_list(session, Alerted(siren=world.siren_21, department="21")).id
    log_many(world, list_id, many=40, arm="algorithm", percent=90, first=600_000_000)
    log_many(world, list_id, many=RANDOM_VISITS - 1, arm="random", percent=40)

    def told() -> dict[str, object]:
        with unit_of_work(ACTOR) as session:
            verdicts.derive(session)
            return store.verdict_facts(session, known_on=date(2026, 12, 31))

    waits = told()
    assert (waits["random"], waits["places"], waits["answered"]) == (99, 99, 99)
    assert waits["model"] is None
    assert waits["refusal"] == "99 visites tirées au sort ont un verdict : il en faut 100."
    # two visits of one draw are one chance
    again = log_visit(world.alice, world.siret_21_quiet, to="crp")
    with unit_of_work(ACTOR) as session:
        drawn = session.scalar(text("select min(id) from detection_entry where arm = 'random'"))
        session.add(VisitListing(visit_id=again, entry_id=drawn))
    assert told()["random"] == 99
    log_many(world, list_id, many=1, arm="random", percent=40, first=700_000_000)
    published = told()
    model = published["model"]
    assert isinstance(model, dict)
    assert published["random"] == model["precision"]["n"] == 100
    assert model["precision"]["low"] < 0.4 < model["precision"]["high"] < 0.6
    assert (published["chosen"], published["chosen_confirmed"]) == (40, 36)


def test_asking_is_journaled_and_done_once(world: World) -> None:
    with unit_of_work(ACTOR) as session:
        who = identity(session, world.scientist)
    with unit_of_work(who) as session:
        services.ask_build(session, who, known_on=date(2026, 11, 1), trigger="demande")
    with unit_of_work(who) as session, pytest.raises(DomainError, match="déjà en cours"):
        services.ask_build(session, who, known_on=date(2026, 11, 1), trigger="demande")
    with unit_of_work(who) as session, pytest.raises(DomainError, match="date passée"):
        services.ask_build(session, who, known_on=date(2999, 1, 1), trigger="demande")
    assert [line.details["trigger"] for line in journaled(Event.LABELS_ASKED)] == ["demande"]


def test_a_building_follows_what_was_published_once(world: World) -> None:
    def due() -> list[tuple[date, str]]:
        with unit_of_work(ACTOR) as session:
            return [(each.known_on, each.trigger) for each in services.ask_when_due(session, ACTOR)]

    assert due() == []
    with unit_of_work(ACTOR) as session:
        publish_list(session, Alerted(siren=world.siren_21, department="21"))
    assert due() == [(today(), "publication")]
    assert due() == []
    with unit_of_work(ACTOR) as session:
        session.add(ModelVersion(directory="models/x", sha256="a" * 64, trained_as_of=date(2026, 6, 1), metrics={}))  # fmt: skip
    assert due() == [(date(2026, 6, 1), "entraînement")]
    assert due() == []


def test_what_fails_hides_nothing_and_takes_the_place_of_nothing(world: World) -> None:
    """Asked for again each night, it fails as often."""
    planted = [plant_build(world.siren_21, known_on=date(2026, month, 1)) for month in (1, 2)]
    with unit_of_work(ACTOR) as session:
        session.add_all(
            LabelBuild(known_on=date(2026, 3, 1), state=LabelBuildState.FAILED, trigger="test")
            for _ in range(2 * queries.KEPT)
        )
    planted.append(plant_build(world.siren_21, known_on=date(2026, 4, 1)))
    with unit_of_work(ACTOR) as session:
        assert [build.id for build in queries.list_done(session)] == planted[::-1]
        assert store._forget(session, session.get_one(LabelBuild, planted[-1])) == 2 * queries.KEPT
        assert session.scalars(select(LabelBuild.id).order_by(LabelBuild.id)).all() == planted


def test_the_oldest_buildings_are_forgotten(world: World) -> None:
    planted = [plant_build(world.siren_21, known_on=date(2026, month, 1)) for month in range(1, 11)]
    with unit_of_work(ACTOR) as session:
        last = session.get_one(LabelBuild, planted[-1])
        assert store._forget(session, last) == 2
        left = session.scalars(select(LabelBuild.id).order_by(LabelBuild.id)).all()
        assert list(left) == planted[-queries.KEPT :]
        assert session.scalar(select(func.count()).select_from(LabelInterval)) == queries.KEPT
