"""Accompagnements: one at a time, its people, its states, its outcome."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.cases import queries, services
from app.cases.endings import Ending
from app.cases.history.queries import slice_of_history
from app.cases.members import services as membership
from app.cases.models import (
    Case,
    CaseMember,
    CaseState,
    CaseStateChange,
    Criticality,
    MemberRole,
    Outcome,
)
from app.cases.queries import CaseFilter
from app.companies.models import Establishment
from app.companies.queries import get_establishment
from app.core.access.identity import Identity
from app.core.errors import DomainError, NotFoundError
from app.core.journal import JournalEntry
from app.core.now import today, utcnow
from app.network.models import FeedEvent, Follow, Notification
from app.network.notifications import jobs
from app.network.timeline import slice_of_timeline
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.network import last_event, system, working_as
from tests.factories.people import World, identity


@contextmanager
def on_case(agent_id: int, case_id: int) -> Iterator[tuple[Session, Identity, Case]]:
    with working_as(agent_id) as (session, who):
        yield session, who, queries.get_case(session, who, case_id)


def test_who_opens_is_the_first_referent_and_follows(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    with on_case(world.alice, case_id) as (session, _, case):
        assert case.is_referent(world.alice)
        assert case.state == CaseState.EN_COURS
        assert session.get(Follow, (world.alice, world.siren_21)) is not None
        assert session.scalars(select(CaseStateChange.to_state)).all() == [CaseState.EN_COURS]


def test_two_open_on_one_establishment_are_refused(world: World) -> None:
    open_case(world.alice, world.siret_21)
    with pytest.raises(DomainError, match="déjà ouvert sur cet établissement"):
        open_case(world.bob, world.siret_21)


def test_two_agents_in_the_same_second_are_told_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_case(world.alice, world.siret_21)
    monkeypatch.setattr(queries, "find_open_case", lambda *_: None)
    with pytest.raises(DomainError, match="déjà ouvert sur cet établissement"):
        open_case(world.bob, world.siret_21)


def test_after_the_end_another_can_be_opened(world: World) -> None:
    close_case(world.alice, open_case(world.alice, world.siret_21))
    assert open_case(world.bob, world.siret_21)


def test_a_closed_establishment_is_not_accompanied(world: World) -> None:
    with system() as session:
        session.execute(update(Establishment).values(is_active=False))
    with pytest.raises(DomainError, match="fermé"):
        open_case(world.alice, world.siret_21)


def test_out_of_zone_is_refused(world: World) -> None:
    with pytest.raises(DomainError, match="pas dans votre zone"):
        open_case(world.stranger, world.siret_21)


def test_out_of_zone_a_case_does_not_exist(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    with working_as(world.stranger) as (session, who), pytest.raises(NotFoundError):
        queries.get_case(session, who, case_id)


def test_an_invitation_opens_the_case_beyond_the_zone_until_it_ends(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.stranger)
    with on_case(world.stranger, case_id) as (_, who, case):
        assert who.case_ids == (case_id,)
        assert who.case_sirens == (world.siren_21,)
        assert case.is_contributor(world.stranger)
    with working_as(world.alice) as (session, _):
        changes = session.scalars(
            select(JournalEntry.details["change"].astext).where(
                JournalEntry.event == "cases:member:changed"
            )
        ).all()
        assert changes == ["invited"]
    close_case(world.alice, case_id)
    with working_as(world.stranger) as (session, who):
        assert who.case_ids == ()
        with pytest.raises(NotFoundError):
            queries.get_case(session, who, case_id)


def test_reading_a_reach_leaves_no_right_behind(world: World, session: Session) -> None:
    open_case(world.alice, world.siret_21)
    assert identity(session, world.alice).case_ids != ()
    assert session.scalars(select(Case)).all() == []


def test_somebody_without_habilitation_does_not_take_part(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    with pytest.raises(DomainError, match="n’a pas d’habilitation"):
        add_member(world.alice, case_id, world.admin)


def test_whoever_is_added_is_told(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob)
    jobs.notify(event_id=last_event())
    with system() as session:
        told = {n.agent_id: n.reason for n in session.scalars(select(Notification))}
    assert told == {world.bob: "concerned"}


def test_members_are_told_of_what_happens(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob)
    close_case(world.alice, case_id)
    with system() as session:
        # The end itself is told to those who took part until then.
        opened = select(FeedEvent.id).where(FeedEvent.kind == "cases:case:closed")
        event_id = session.scalars(opened).one()
    jobs.notify(event_id=event_id)
    with system() as session:
        told = select(Notification.agent_id).where(Notification.event_id == event_id)
        assert session.scalars(told).all() == [world.bob]


def test_the_last_referent_cannot_leave(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob)
    with on_case(world.alice, case_id) as (session, who, case):
        mine = case.active_members[0].id
        with pytest.raises(DomainError, match="dernier référent"):
            membership.remove_member(session, who, case, member_id=mine)


def test_a_referent_leaves_when_another_stays(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob, MemberRole.REFERENT)
    with on_case(world.alice, case_id) as (session, who, case):
        mine = case.active_members[0].id
        membership.remove_member(session, who, case, member_id=mine)
    with on_case(world.bob, case_id) as (_, _, case):
        assert [m.agent_id for m in case.active_members] == [world.bob]


def test_only_the_direccte_network_puts_under_watch(world: World) -> None:
    case_id = open_case(world.bob, world.siret_21)
    with (
        on_case(world.bob, case_id) as (session, who, case),
        pytest.raises(DomainError, match="Direccte"),
    ):
        services.change_state(session, who, case, state=CaseState.SOUS_SURVEILLANCE)
    add_member(world.bob, case_id, world.alice, MemberRole.REFERENT)
    with on_case(world.alice, case_id) as (session, who, case):
        services.change_state(
            session, who, case, state=CaseState.SOUS_SURVEILLANCE, reason="fragile"
        )
        last = slice_of_history(session, case, size=5).rows[0]
        said = (last.kind, last.before, last.after, last.reason, last.agent)
        assert said == ("etat", "en_cours", "sous_surveillance", "fragile", "Alice Fictif")


def test_a_state_is_not_how_a_case_ends(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    with (
        on_case(world.alice, case_id) as (session, who, case),
        pytest.raises(DomainError, match="issue"),
    ):
        services.change_state(session, who, case, state=CaseState.TERMINE)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"occurred_on": today() + timedelta(days=1)}, "occurred_on"),
        ({"occurred_on": today() - timedelta(days=1)}, "occurred_on"),
        ({"jobs_at_stake": 10, "jobs_kept": 11}, "jobs_kept"),
        ({"jobs_at_stake": -1}, "jobs_at_stake"),
        ({"jobs_kept": 1}, "jobs_at_stake"),
        ({"jobs_at_stake": 10**9}, "jobs_at_stake"),
    ],
)
def test_an_incoherent_ending_is_refused(world: World, said: dict[str, object], field: str) -> None:
    case_id = open_case(world.alice, world.siret_21)
    values = {"outcome": Outcome.REPRISE, "occurred_on": today(), **said}
    with (
        on_case(world.alice, case_id) as (session, who, case),
        pytest.raises(DomainError) as refused,
    ):
        services.close_case(session, who, case, Ending(**values))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_an_outcome_is_revised_and_the_former_kept(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    close_case(world.alice, case_id, Outcome.STABILISEE)
    with on_case(world.alice, case_id) as (session, who, case):
        ending = Ending(outcome=Outcome.PROCEDURE_COLLECTIVE, occurred_on=today())
        services.revise_outcome(session, who, case, ending)
    with on_case(world.alice, case_id) as (session, who, case):
        assert [o.outcome for o in case.outcomes] == ["stabilisee", "procedure_collective"]
        page = slice_of_timeline(session, who, world.siren_21)
        kinds = [row.event.kind for row in page.rows if row.event]
    assert kinds == ["cases:outcome:revised", "cases:case:closed", "cases:case:opened"]


def test_an_ended_case_is_read_only(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    close_case(world.alice, case_id)
    with on_case(world.alice, case_id) as (session, who, case):
        with pytest.raises(DomainError, match="terminé"):
            services.update_case(session, who, case, criticality=Criticality.ELEVEE)
        with pytest.raises(DomainError, match="terminé"):
            membership.add_member(
                session, who, case, agent_id=world.bob, role=MemberRole.PARTICIPANT
            )


def test_the_journal_says_what_changed(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    with on_case(world.alice, case_id) as (session, who, case):
        services.update_case(session, who, case, criticality=Criticality.ELEVEE)
        updated = JournalEntry.event == "cases:case:updated"
        details = session.scalars(select(JournalEntry.details).where(updated)).one()
    assert details["changes"] == {"criticality": ["none", "elevee"]}


@pytest.mark.parametrize(
    ("reader", "wanted", "expected"),
    [
        ("alice", CaseFilter(), 2),
        ("alice", CaseFilter(whose="mine"), 1),
        ("carol", CaseFilter(whose="mine"), 0),
        ("carol", CaseFilter(whose="network"), 1),
        ("bob", CaseFilter(whose="network"), 1),
        ("alice", CaseFilter(state=CaseState.TERMINE), 1),
        ("alice", CaseFilter(department="75"), 0),
        ("alice", CaseFilter(criticality=Criticality.ELEVEE), 0),
        ("stranger", CaseFilter(), 0),
    ],
)
def test_a_list_keeps_what_is_wanted_within_reach(
    world: World, reader: str, wanted: CaseFilter, expected: int
) -> None:
    open_case(world.alice, world.siret_21)
    close_case(world.bob, open_case(world.bob, world.siret_21_quiet))
    with working_as(getattr(world, reader)) as (session, who):
        page = queries.page_of_cases(session, who, wanted)
        assert (page.total, len(page.rows)) == (expected, expected)


def test_pages_follow_one_another_without_loss(world: World) -> None:
    with system() as session:
        wanted = Establishment.siret == world.siret_21
        for number in range(27):
            siret = f"{world.siren_21}{number + 90:05d}"
            model = session.scalars(select(Establishment).where(wanted)).one()
            values = {c.key: getattr(model, c.key) for c in Establishment.__table__.columns}
            session.add(Establishment(**{**values, "siret": siret}))
    expected = [open_case(world.alice, f"{world.siren_21}{n + 90:05d}") for n in range(27)]
    seen: list[int] = []
    with working_as(world.alice) as (session, who):
        cursor: str | None = None
        while True:
            page = queries.page_of_cases(session, who, CaseFilter(), cursor)
            seen += [row[0].id for row in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert get_establishment(session, who, world.siret_21)
    assert seen == sorted(expected, reverse=True)


def test_two_referents_cannot_both_leave_at_once(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.bob, MemberRole.REFERENT)
    with on_case(world.alice, case_id) as (session, who, case):
        mine, theirs = (member.id for member in case.active_members)
        # What the page had read when the other left.
        left = update(CaseMember).where(CaseMember.id == theirs).values(left_at=utcnow())
        session.execute(left.execution_options(synchronize_session=False))
        with pytest.raises(DomainError, match="dernier référent"):
            membership.remove_member(session, who, case, member_id=mine)
