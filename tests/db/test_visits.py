"""Visits: the fact is known to the zone, the note to its audience, the verdict to those who learn from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.companies.queries import get_establishment
from app.core.access.identity import Identity, Nature
from app.core.errors import DomainError, NotFoundError
from app.core.journal import JournalEntry
from app.core.now import today, utcnow
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.detections.models import DetectionEntry, DetectionList, DetectionRun, RunState
from app.habilitations.models import Habilitation
from app.labels.models import Label
from app.network.models import FeedEvent
from app.network.queries import find_follow
from app.visits import queries, services
from app.visits.models import ContactResult, Verdict, VisitListing
from scoring.vocabulary import Level, Novelty
from tests.factories.cases import add_member, open_case
from tests.factories.network import network_id, system, working_as
from tests.factories.people import World, newcomer
from tests.factories.visits import a_report, log_visit


@pytest.fixture
def heard() -> Iterator[list[DomainEvent]]:
    """The visits told to the other domains."""
    kept: list[DomainEvent] = []

    def listener(_session: Session, _identity: Identity, event: DomainEvent) -> None:
        if event.subject_kind == "visit":
            kept.append(event)

    with events.listeners.holding(*events.listeners, listener):
        yield kept


def publish_list(siren: str, *, p_select: float) -> int:
    """A published list with one firm; the entry's number."""
    with system() as session:
        run = DetectionRun(as_of=today(), state=RunState.DONE, trigger="test")
        session.add(run)
        session.flush()
        published = DetectionList(
            run_id=run.id, as_of=today(), label="Liste", parameters={}, published_at=utcnow()
        )
        session.add(published)
        session.flush()
        entry = DetectionEntry(
            list_id=published.id, siren=siren, department="21", departments=["21"], p12=0.1, p18=0.2,
            p24=0.3, level=Level.ELEVEE, novelty=Novelty.FIRST_ALERT, arm="random", p_select=p_select, rank=1,
        )  # fmt: skip
        session.add(entry)
        session.flush()
        return entry.id


def test_the_fact_is_known_to_the_zone_and_the_note_to_its_audience(world: World) -> None:
    visit_id = log_visit(world.alice, world.siret_21, to="crp", body="confidence")
    for reader, reads_note in ((world.carol, True), (world.bob, False)):
        with working_as(reader) as (session, who):
            visit = queries.get_visit(session, who, visit_id)
            assert visit.verdict == Verdict.CONFIRMEE
            assert (visit.note is not None) is reads_note
    with working_as(world.stranger) as (session, who), pytest.raises(NotFoundError):
        queries.get_visit(session, who, visit_id)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"visited_on": today() + timedelta(days=1)}, "visited_on"),
        ({"verdict": None}, "verdict"),
        ({"contact_result": ContactResult.INJOIGNABLE}, "verdict"),
        ({"severity": 4}, "severity"),
        ({"next_step_on": today() - timedelta(days=1)}, "next_step_on"),
        ({"body": "x" * 10_001}, "body"),
    ],
)
def test_an_incoherent_report_is_refused(world: World, said: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        log_visit(world.alice, world.siret_21, to="crp", **said)
    assert refused.value.field == field


def test_a_visit_of_tomorrow_is_refused_in_these_words(world: World) -> None:
    tomorrow = today() + timedelta(days=1)
    with pytest.raises(DomainError, match="Une visite ne peut pas être datée de demain"):
        log_visit(world.alice, world.siret_21, to="crp", visited_on=tomorrow)


def test_a_forged_audience_is_refused(world: World) -> None:
    with pytest.raises(DomainError, match="cercle de lecteurs auquel vous appartenez"):
        log_visit(world.alice, world.siret_21, to="urssaf")


def test_out_of_zone_is_refused_unless_one_takes_part(world: World) -> None:
    with pytest.raises(DomainError, match="pas dans votre zone"):
        log_visit(world.stranger, world.siret_21, to="crp")
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.stranger)
    visit_id = log_visit(world.stranger, world.siret_21, to="crp")
    with working_as(world.alice) as (session, who):
        assert queries.get_visit(session, who, visit_id).case_id == case_id


def test_who_visits_follows(world: World) -> None:
    log_visit(world.alice, world.siret_21, to="crp")
    with working_as(world.alice) as (session, who):
        assert find_follow(session, who, world.siren_21) is not None


def taught() -> list[tuple[str, str, float | None]]:
    """The labels recorded, the first first: kind, value, probability of selection."""
    with system() as session:
        labels = session.scalars(select(Label).order_by(Label.id))
        return [(label.kind.value, label.value, label.p_select) for label in labels]


def test_a_visit_carries_how_the_firm_was_chosen(world: World) -> None:
    entry_id = publish_list(world.siren_21, p_select=0.25)
    visit_id = log_visit(world.alice, world.siret_21, to="crp")
    with system() as session:
        urssaf = newcomer(session, "urssaf", natures={"21": [Nature.URSSAF]})
    for reader, known in ((world.alice, entry_id), (urssaf, None)):
        with working_as(reader) as (session, who):
            assert queries.get_visit(session, who, visit_id).siren == world.siren_21
            # That the firm was on the list is of the score: the visit does not say it.
            listing = session.scalar(select(VisitListing.entry_id))
            assert listing == known
    assert taught() == [("verdict", "confirmee", 0.25)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"contact_result": ContactResult.REFUS, "verdict": None}, [("refusal", "", 0.25)]),
        (
            {"contact_result": ContactResult.INJOIGNABLE, "verdict": None},
            [("unreachable", "", 0.25)],
        ),
        ({"verdict": Verdict.NON_CONFIRMEE}, [("verdict", "non_confirmee", 0.25)]),
    ],
)
def test_each_contact_teaches_what_it_should(
    world: World, said: dict[str, object], expected: list[object]
) -> None:
    publish_list(world.siren_21, p_select=0.25)
    log_visit(world.alice, world.siret_21, to="crp", **said)
    assert taught() == expected


def test_who_may_not_read_scores_still_carries_it(world: World) -> None:
    publish_list(world.siren_21, p_select=0.25)
    with system() as session:
        session.execute(update(Habilitation).values(natures=[]))
    log_visit(world.alice, world.siret_21, to="crp")
    assert taught() == [("verdict", "confirmee", 0.25)]


def test_how_a_firm_was_chosen_is_told_to_nobody(world: World, heard: list[DomainEvent]) -> None:
    publish_list(world.siren_21, p_select=0.25)
    log_visit(world.alice, world.siret_21, to="crp")
    assert [event.details for event in heard] == [
        {"contact_result": "repondu", "verdict": "confirmee"}
    ]
    with system() as session:
        (details,) = session.scalars(select(FeedEvent.details))
    assert set(details) == {"contact_result", "verdict", "occurred_on"}


def test_outside_a_list_nothing_says_how_the_firm_was_chosen(
    world: World, heard: list[DomainEvent]
) -> None:
    publish_list(world.siren_21_quiet, p_select=0.25)
    log_visit(world.alice, world.siret_21, to="crp", visited_on=today() - timedelta(days=3))
    assert taught() == [("verdict", "confirmee", None)]
    assert heard[0].occurred_on == today() - timedelta(days=3)


@contextmanager
def correcting(agent_id: int, visit_id: int, **said: object) -> Iterator[Session]:
    crp = network_id("crp")
    with working_as(agent_id) as (session, who):
        visit = queries.get_visit(session, who, visit_id)
        report = a_report(network_id=crp, **said)
        services.correct_visit(session, who, visit, report)
        yield session


def test_a_corrected_verdict_is_told_again_and_journaled(
    world: World, heard: list[DomainEvent]
) -> None:
    publish_list(world.siren_21, p_select=0.25)
    visit_id = log_visit(world.alice, world.siret_21, to="crp")
    with correcting(world.alice, visit_id, verdict=Verdict.NON_CONFIRMEE) as session:
        trace = session.scalars(
            select(JournalEntry.details).order_by(JournalEntry.id.desc())
        ).first()
    assert trace is not None
    assert trace["changes"] == {"verdict": ["confirmee", "non_confirmee"]}
    assert [event.kind for event in heard] == [EventKind.VISIT_LOGGED, EventKind.VISIT_CORRECTED]
    assert heard[-1].details == {"contact_result": "repondu", "verdict": "non_confirmee"}
    assert taught() == [("verdict", "confirmee", 0.25), ("verdict", "non_confirmee", 0.25)]


def test_a_rewritten_note_is_journaled_without_its_text(
    world: World, heard: list[DomainEvent]
) -> None:
    visit_id = log_visit(world.alice, world.siret_21, to="crp", body="avant")
    with correcting(world.alice, visit_id, body="apres-coup") as session:
        trace = session.scalars(
            select(JournalEntry.details).order_by(JournalEntry.id.desc())
        ).first()
    assert trace is not None
    assert trace["note_changes"] == ["body"]
    assert "apres-coup" not in str(trace)
    assert len(heard) == 1


def test_only_the_author_corrects(world: World) -> None:
    visit_id = log_visit(world.alice, world.siret_21, to="crp")
    with pytest.raises(DomainError, match="Seul l’auteur"), correcting(world.carol, visit_id):
        pass


def test_an_unknown_establishment_does_not_exist(world: World) -> None:
    with working_as(world.alice) as (session, who):
        for siret in ("1000000090000", "99999999999999", ""):
            with pytest.raises(NotFoundError):
                get_establishment(session, who, siret)
