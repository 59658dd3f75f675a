"""Unlocking a firm: what is required, what is kept of it, who is notified."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.companies.grounds import Obstacle, grounds
from app.companies.models import Company
from app.companies.policies import Reach, reach
from app.companies.services import record_reading
from app.core.access.identity import Nature, Role
from app.core.errors import DomainError
from app.core.journal import Event
from app.core.now import at, utcnow
from app.extensions import db
from app.network.models import FeedEvent, Notification
from app.network.notifications import jobs
from app.unlocks import queries, services
from app.unlocks.models import Unlock
from tests.factories.cases import add_member, open_case
from tests.factories.network import last_event, system, working_as
from tests.factories.people import ALL_NATURES, World, newcomer
from tests.factories.unlocks import MOTIVE, unlock
from tests.support.journaled import journaled


def end(agent_id: int, number: int) -> None:
    with working_as(agent_id) as (session, who):
        services.end_unlock(session, who, session.get_one(Unlock, number))


def unlocked(agent_id: int) -> tuple[str, ...]:
    with working_as(agent_id) as (_, who):
        return who.unlocked_sirens


def test_an_unlock_is_journaled_without_its_text_and_so_is_its_end(world: World) -> None:
    number = unlock(world.alice, world.siren_21_quiet)
    (line,) = journaled(Event.UNLOCK_OPENED)
    assert (line.actor_id, line.siren) == (world.alice, world.siren_21_quiet)
    assert (line.details["scope"], line.details["source"]) == ("agent", "interne")
    assert MOTIVE not in str(line.details)
    end(world.alice, number)
    (line,) = journaled(Event.UNLOCK_ENDED)
    assert line.details == {"unlock": number}


def test_it_lasts_thirty_days_or_until_its_author_ends_it(world: World) -> None:
    number = unlock(world.alice, world.siren_21_quiet)
    assert unlocked(world.alice) == (world.siren_21_quiet,)
    with at(utcnow() + timedelta(days=30, seconds=1)):
        assert unlocked(world.alice) == ()
    end(world.alice, number)
    assert unlocked(world.alice) == ()
    # Over is over: it can be asked for again, with a new motive.
    unlock(world.alice, world.siren_21_quiet)
    assert unlocked(world.alice) == (world.siren_21_quiet,)


@pytest.mark.parametrize("motive", ["", "   ", "oui", "pour voir", "x" * 2001, "un deux " * 300])
def test_a_motive_is_a_few_words(world: World, motive: str) -> None:
    with pytest.raises(DomainError) as refused:
        unlock(world.alice, world.siren_21_quiet, motive=motive)
    assert refused.value.field == "motive"
    assert unlocked(world.alice) == ()


def test_only_the_zone_unlocks_and_only_what_would_open(world: World) -> None:
    with pytest.raises(DomainError, match="pas dans votre zone"):
        unlock(world.stranger, world.siren_21_quiet)
    with pytest.raises(DomainError, match="ne vous ouvrirait rien"):
        unlock(world.alice, world.siren_21)
    with system() as session:
        blind = newcomer(session, "blind", natures={"21": []})
        elsewhere = newcomer(session, "elsewhere", natures={"21": [], "75": list(Nature)})
        alone = newcomer(session, "alone", natures={"21": [Nature.URSSAF]}, networks=["codefi"])
    for nobody in (blind, elsewhere):
        with pytest.raises(DomainError, match="ne vous ouvrirait rien"):
            unlock(nobody, world.siren_21_quiet)
    with pytest.raises(DomainError, match="aucun réseau"):
        unlock(alone, world.siren_21_quiet)
    unlock(world.alice, world.siren_21_quiet)
    with pytest.raises(DomainError, match="déjà déverrouillé"):
        unlock(world.alice, world.siren_21_quiet)


def test_nobody_ends_the_unlock_of_another(world: World) -> None:
    number = unlock(world.alice, world.siren_21_quiet)
    with pytest.raises(DomainError, match="déjà terminé"):
        end(world.manager, number)
    end(world.alice, number)
    with pytest.raises(DomainError, match="déjà terminé"):
        end(world.alice, number)


def test_the_managers_of_the_network_and_those_who_support_the_firm_are_notified(
    world: World,
) -> None:
    with system() as session:
        manager = [Role.AGENT, Role.MANAGER]
        other_network = newcomer(
            session, "urssaf", natures={"R27": []}, networks=["codefi", "urssaf"], roles=manager
        )
        other_zone = newcomer(session, "paris", natures={"75": []}, roles=manager)
    case_id = open_case(world.carol, world.siret_21_quiet)
    add_member(world.carol, case_id, world.bob)
    unlock(world.alice, world.siren_21_quiet)
    event_id = last_event()
    jobs.notify(event_id=event_id)
    with system() as session:
        rows = session.scalars(select(Notification).where(Notification.event_id == event_id))
        told = {row.agent_id: row.reason for row in rows}
    # Bob supports the firm in another network; he is not told, nor are managers of elsewhere.
    assert told == {world.manager: "oversees", world.carol: "member"}
    assert {other_network, other_zone, world.bob}.isdisjoint(told)


def test_the_motive_never_enters_the_feed(world: World) -> None:
    unlock(world.alice, world.siren_21_quiet)
    with system() as session:
        details = session.scalar(select(FeedEvent.details))
    assert set(details or {}) == {"source", "scope", "occurred_on"}


def test_each_one_lists_their_own_and_managers_those_of_their_network(world: World) -> None:
    number = unlock(world.alice, world.siren_21_quiet)
    theirs = unlock(world.bob, world.siren_21_quiet)

    def listed(agent_id: int) -> tuple[list[int], list[int]]:
        with working_as(agent_id) as (session, who):
            mine = queries.page_of_mine(session, who, None)
            network = queries.page_of_network(session, who, None)
            return [row.id for row in mine.rows], [row.id for row in network.rows]

    assert listed(world.alice) == ([number], [number])
    assert listed(world.bob) == ([theirs], [theirs])
    assert listed(world.carol) == ([], [])
    assert listed(world.manager) == ([], [number])


def test_a_page_of_unlocks_ends_where_the_next_begins(world: World) -> None:
    for _ in range(27):
        end(world.alice, unlock(world.alice, world.siren_21_quiet))
    with working_as(world.alice) as (session, who):
        first = queries.page_of_mine(session, who, None)
        second = queries.page_of_mine(session, who, first.next_cursor)
        assert first.total == 27
        assert len({row.id for row in (*first.rows, *second.rows)}) == 27
        assert second.next_cursor is None


def test_the_reading_is_journaled_as_unlocked(world: World) -> None:
    unlock(world.alice, world.siren_21_quiet)
    with working_as(world.alice) as (session, who):
        company = session.get_one(Company, world.siren_21_quiet)
        assert reach(who, company) == Reach.UNLOCKED
        record_reading(db.engine, who, company)
    (line,) = journaled(Event.COMPANY_READ)
    assert line.details == {
        "in_zone": True, "confidential": True, "natures": sorted(ALL_NATURES), "reason": "deverrouillage",
    }  # fmt: skip


def test_the_grounds_say_what_keeps_each_nature_closed(world: World) -> None:
    with system() as session:
        session.execute(
            update(Company).where(Company.siren == world.siren_75).values(departments=["75", "92"])
        )
        dora = newcomer(
            session,
            "dora",
            natures={"21": [Nature.SCORE, Nature.URSSAF], "75": [Nature.SCORE]},
        )

    def obstacles(agent_id: int, siren: str) -> list[Obstacle | None]:
        with working_as(agent_id) as (session, who):
            readings = grounds(who, session.get_one(Company, siren)).readings
            return [reading.obstacle for reading in readings[:3]]

    assert obstacles(dora, world.siren_21) == [None, None, Obstacle.NOT_HELD]
    assert obstacles(dora, world.siren_75) == [None, Obstacle.HELD_ELSEWHERE, Obstacle.NOT_HELD]
    closed = Obstacle.CLOSED
    assert obstacles(dora, world.siren_21_quiet) == [closed, closed, Obstacle.NOT_HELD]
    assert obstacles(world.alice, world.siren_75) == [Obstacle.OUT_OF_ZONE] * 3
    unlock(dora, world.siren_21_quiet)
    assert obstacles(dora, world.siren_21_quiet) == [None, None, Obstacle.NOT_HELD]
