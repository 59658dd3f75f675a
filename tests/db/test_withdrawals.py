"""A list is withdrawn by two people: nobody reads it, nothing that it alone opened stays open, and the same way brings it back."""

from datetime import date

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.companies.models import CompanyAlert
from app.core.errors import DomainError
from app.detections.lists.queries import find_current_list, list_history
from app.detections.models import DetectionEntry, DetectionList, DetectionReason
from app.detections.news import services as news
from app.detections.withdrawals import jobs, queries, services
from app.detections.withdrawals.models import ListWithdrawal
from app.messages.models import Announcement
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.transparency import ask_withdrawal, decide_withdrawal

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def two_lists(world: World) -> tuple[int, int]:
    """A list in October with a firm, another in November with two, the second of which it alone opened."""
    one = Alerted(siren=world.siren_21, department="21")
    with system() as session:
        session.execute(
            update(CompanyAlert)
            .where(CompanyAlert.siren == world.siren_21)
            .values(first_on=OCTOBER)
        )
        october = publish_list(session, one, as_of=OCTOBER).id
        november = publish_list(
            session, one, Alerted(siren=world.siren_21_quiet, department="21"), as_of=NOVEMBER
        ).id
        session.add(CompanyAlert(siren=world.siren_21_quiet, first_on=NOVEMBER))
    return october, november


def opened() -> set[str]:
    """The firms that a list opened."""
    with system() as session:
        return set(session.scalars(select(CompanyAlert.siren)))


def test_what_is_withdrawn_is_read_by_nobody_and_comes_back(world: World) -> None:
    october, november = two_lists(world)
    before = opened()
    with system() as session:
        published_at = session.get_one(DetectionList, november).published_at
    asked = ask_withdrawal(world.scientist, november)
    with working_as(world.alice) as (session, _alice):
        assert session.get(DetectionList, november), "asked is not done"
    decide_withdrawal(world.admin, asked)
    with working_as(world.alice) as (session, alice):
        current = find_current_list(session)
        assert current is not None
        assert current.id == october
        assert session.get(DetectionList, november) is None
        assert list_history(session, alice, world.siren_21_quiet) == []
        entries = session.scalars(select(DetectionEntry.list_id)).all()
        assert set(entries) == {october}
        assert len(session.scalars(select(DetectionReason)).all()) == 5, (
            "those of the other list alone"
        )
        told = queries.find_withdrawn(session)
        assert told is not None
        assert told.as_of == NOVEMBER
    assert opened() == before - {world.siren_21_quiet}, "it alone had opened it"
    decide_withdrawal(world.scientist, ask_withdrawal(world.admin, november))
    with working_as(world.alice) as (session, _alice):
        assert queries.find_withdrawn(session) is None
        assert session.get_one(DetectionList, november).published_at == published_at
    assert opened() == before


@pytest.mark.parametrize("november_first", [True, False])
def test_once_every_list_that_holds_a_firm_is_withdrawn_it_is_open_no_more(
    world: World, november_first: bool
) -> None:
    lists = two_lists(world)
    before = opened()
    for list_id in reversed(lists) if november_first else lists:
        decide_withdrawal(world.admin, ask_withdrawal(world.scientist, list_id))
    assert opened() == before - {world.siren_21, world.siren_21_quiet}
    for list_id in lists:
        decide_withdrawal(world.admin, ask_withdrawal(world.scientist, list_id))
    assert opened() == before
    with system() as session:
        assert session.get_one(CompanyAlert, world.siren_21).first_on == OCTOBER


def test_the_figures_of_a_firm_that_is_open_no_more_are_read_by_nobody(world: World) -> None:
    _, november = two_lists(world)
    stored = text("select count(*) from company_figures where siren = :siren and is_open")

    def read() -> int:
        with system() as session:
            return session.scalar(stored, {"siren": world.siren_21_quiet}) or 0

    jobs.store_figures()
    assert read()
    decide_withdrawal(world.admin, ask_withdrawal(world.scientist, november))
    with system() as session:
        deferred = "select count(*) from procrastinate_jobs where task_name = 'detections.figures'"
        assert session.scalar(text(deferred)) == 1
    jobs.store_figures()
    assert read() == 0


def test_the_bell_leads_to_no_list_that_was_withdrawn_and_tells_of_the_one_that_replaces_it(
    world: World,
) -> None:
    _, november = two_lists(world)

    def announced(list_id: int) -> list[str]:
        with system() as session:
            news.announce(session, session.get_one(DetectionList, list_id))
        return paths()

    def paths() -> list[str]:
        with system() as session:
            return list(session.scalars(select(Announcement.path).distinct()))

    assert announced(november) == [f"/nouveautes/{november}"]
    decide_withdrawal(world.admin, ask_withdrawal(world.scientist, november))
    assert paths() == []
    with system() as session:
        one = Alerted(siren=world.siren_21, department="21")
        corrected = publish_list(session, one, as_of=NOVEMBER).id
    assert announced(corrected) == [f"/nouveautes/{corrected}"]


def test_two_people_are_needed(world: World) -> None:
    _, november = two_lists(world)
    asked = ask_withdrawal(world.scientist, november)
    with pytest.raises(DomainError, match="Une autre personne"):
        decide_withdrawal(world.scientist, asked)
    with pytest.raises(DomainError, match="attend déjà"):
        ask_withdrawal(world.admin, november)
    decide_withdrawal(world.admin, asked, is_accepted=False)
    with pytest.raises(DomainError, match="déjà décidée"):
        decide_withdrawal(world.admin, asked)
    with working_as(world.alice) as (session, _alice):
        assert session.get(DetectionList, november), "refused"
    with pytest.raises(DomainError, match="pourquoi"), working_as(world.admin) as (session, admin):
        services.ask(session, admin, session_list(session, admin, november), reason="Non")


def session_list(session: object, who: object, number: int) -> DetectionList:
    """A list, whatever its state."""
    return queries.get_any_list(session, who, number)  # type: ignore[arg-type]


def test_the_database_holds_that_they_are_two(world: World) -> None:
    _, november = two_lists(world)
    asked = ask_withdrawal(world.scientist, november)
    by_admin = {"decided_by": world.admin, "decided_at": text("now()"), "is_accepted": True}
    deciding = update(ListWithdrawal).values(**by_admin)
    with pytest.raises(ProgrammingError), working_as(world.scientist) as (session, _who):
        session.execute(deciding)
    with pytest.raises(IntegrityError), working_as(world.scientist) as (session, _who):
        session.execute(deciding.values(decided_by=world.scientist))
    with working_as(world.alice) as (session, _who):
        assert session.execute(deciding.returning(ListWithdrawal.id)).all() == []
    with pytest.raises(ProgrammingError), working_as(world.admin) as (session, _who):
        session.execute(text("delete from list_withdrawal"))
    forged = "insert into list_withdrawal (list_id, as_of, is_return, reason, asked_by) values (1, now(), false, 'Pour rien', :me)"
    with pytest.raises(ProgrammingError), working_as(world.alice) as (session, _who):
        session.execute(text(forged), {"me": world.alice})
    with system() as session:
        assert session.get_one(ListWithdrawal, asked).decided_at is None
