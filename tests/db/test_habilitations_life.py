"""What time and haste do to rights: dormancy, reminders, two deciders at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError

from app.accounts.models import Administration, Agent
from app.accounts.sessions import store
from app.core.access.identity import Role, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.now import at, today, utcnow
from app.habilitations import reach
from app.habilitations.agents import services
from app.habilitations.calendar import jobs, reminders
from app.habilitations.models import Habilitation
from app.habilitations.requests import services as requests
from app.habilitations.rights import decisions
from app.habilitations.rights.decisions import DECIDED
from app.habilitations.roles import services as roles
from app.messages.models import Email
from tests.factories.habilitations import (
    ask,
    events,
    get_agent,
    get_right,
    open_review,
    renew,
    requested,
    right_of,
    second_correspondent,
    validate,
)
from tests.factories.network import system, working_as
from tests.factories.people import World, identity
from tests.support.readers import open_session


def mails(agent_id: int) -> list[tuple[str, str]]:
    """What was written to somebody: subject and text."""
    with system() as session:
        statement = select(Email.subject, Email.body_text).where(Email.agent_id == agent_id)
        return [
            (row.subject, row.body_text) for row in session.execute(statement.order_by(Email.id))
        ]


def ends_in(right_id: int, days: int) -> None:
    """Move a right so that it ends in ``days``."""
    day = today()
    with system() as session:
        dates = {"starts_on": day - timedelta(days=100), "ends_on": day + timedelta(days=days)}
        session.execute(update(Habilitation).where(Habilitation.id == right_id).values(**dates))


@contextmanager
def unused_for(agent_id: int, days: int) -> Iterator[None]:
    """A while later, nobody having signed in since."""
    with at(utcnow() + timedelta(days=days)):
        yield


def is_habilitated(agent_id: int) -> bool:
    with system() as session:
        return identity(session, agent_id).is_habilitated


def test_an_account_nobody_uses_gives_nothing_after_ninety_days_even_without_the_night(
    world: World,
) -> None:
    with unused_for(world.alice, 89):
        assert is_habilitated(world.alice)
    with unused_for(world.alice, 90):
        assert get_agent(world.alice).suspended_at is None
        with system() as session:
            asleep = identity(session, world.alice)
        assert not asleep.is_habilitated
        assert (asleep.natures, asleep.case_ids) == (frozenset(), ())


def test_an_administrateur_asleep_administers_nothing(world: World) -> None:
    with unused_for(world.admin, 90), system() as session:
        assert identity(session, world.admin).roles == {"agent"}


def test_the_night_suspends_once_and_ends_sessions(world: World) -> None:
    key = open_session(world.alice)
    with unused_for(world.alice, 91):
        jobs.midnight()
        suspended = get_agent(world.alice).suspended_at
        jobs.midnight()
    assert suspended is not None
    assert get_agent(world.alice).suspended_at == suspended
    with system() as session:
        assert store.find(session, key) is None


def test_signing_in_counts_but_does_not_wake(world: World) -> None:
    with unused_for(world.alice, 50):
        open_session(world.alice)
    with unused_for(world.alice, 139):
        assert is_habilitated(world.alice)
    with unused_for(world.alice, 141):
        open_session(world.alice)
        assert get_agent(world.alice).is_dormant


def test_a_colleague_reactivates_an_account_nobody_their_own(world: World) -> None:
    with unused_for(world.alice, 91):
        jobs.midnight()
        with system() as session:
            session.execute(
                update(Agent)
                .where(Agent.id == world.correspondent)
                .values(suspended_at=None, reactivated_at=utcnow())
            )
        with working_as(world.correspondent) as (session, who):
            services.reactivate(session, who, reach.get_agent(session, who, world.alice))
            with pytest.raises(DomainError, match="propres droits"):
                services.reactivate(
                    session, who, reach.get_agent(session, who, world.correspondent)
                )
        assert is_habilitated(world.alice)
    assert events().count("habilitations:account:switched") > 1


def test_an_account_that_decides_is_woken_by_two(world: World) -> None:
    urssaf, direccte = world.correspondent_urssaf, world.correspondent
    with unused_for(urssaf, 91):
        jobs.midnight()
        with system() as session:
            awake = update(Agent).where(Agent.id.in_([direccte, world.admin]))
            session.execute(awake.values(suspended_at=None, reactivated_at=utcnow()))
            second = Agent(
                email="seconde@exemple.invalid", first_name="Seconde", last_name="Fictive", administration=Administration.VIGIE,
                fs_uniquifier="seconde",
            )  # fmt: skip
            session.add(second)
            session.flush()
            roles.appoint(session, system_identity("tests"), second, Role.ADMINISTRATEUR)
            another = second.id
        for _ in range(2):
            with working_as(world.admin) as (session, who):
                assert not services.reactivate(session, who, reach.get_agent(session, who, urssaf))
        assert get_agent(urssaf).is_dormant
        woken = update(Agent).where(Agent.id == urssaf)
        awake = woken.values(suspended_at=None, reactivated_at=utcnow())
        with working_as(world.admin) as (session, _), pytest.raises(ProgrammingError, match="two people"):  # fmt: skip
            session.execute(awake)
        with working_as(another) as (session, who):
            assert services.reactivate(session, who, reach.get_agent(session, who, urssaf))
        assert not get_agent(urssaf).is_dormant


def test_a_first_right_leaves_ninety_days_to_use_it(world: World) -> None:
    with unused_for(world.stranger, 89), system() as session:
        for awake in (world.admin, world.correspondent):
            session.get_one(Agent, awake).last_signed_in_at = utcnow()
    with unused_for(world.stranger, 89):
        validate(world.admin, ask(world.correspondent, world.stranger))
    with unused_for(world.stranger, 100):
        assert is_habilitated(world.stranger)


def test_a_first_right_of_an_account_that_decides_does_not_wake_it(world: World) -> None:
    with system() as session:
        deciding = session.get_one(Agent, world.stranger)
        roles.appoint(session, system_identity("tests"), deciding, Role.CORRESPONDANT)
    validate(world.admin, ask(world.correspondent, world.stranger))
    assert right_of(world.stranger)
    assert get_agent(world.stranger).reactivated_at is None


def test_the_sleeper_is_warned_once_fifteen_days_before(world: World) -> None:
    with unused_for(world.alice, 70):
        jobs.remind()
    assert mails(world.alice) == []
    for days in (76, 77, 80):
        with unused_for(world.alice, days):
            jobs.remind()
    (mail,) = mails(world.alice)
    assert mail[0] == "Votre compte Vigie va être suspendu"


def test_holder_and_correspondant_are_told_at_each_stage_in_one_mail(world: World) -> None:
    for agent_id in (world.alice, world.carol):
        ends_in(right_of(agent_id), 40)
    now = datetime.now(UTC)
    told = []
    for day in (5, 10, 10, 11, 24, 26, 36, 37, 38, 39, 41):
        with at(now + timedelta(days=day)):
            jobs.remind()
        told.append((len(mails(world.alice)), len(mails(world.correspondent))))
    assert [count for count, _ in told] == [0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3]
    assert [count for _, count in told] == [0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3]
    text = mails(world.correspondent)[0][1]
    assert "Alice Fictif, Côte-d’Or" in text
    assert "Carol Fictif, Côte-d’Or" in text
    assert mails(world.correspondent_urssaf) == []
    assert "Carol" not in mails(world.alice)[0][1]


def test_a_missed_morning_is_caught_up(world: World) -> None:
    ends_in(right_of(world.alice), 12)
    jobs.remind()
    assert len(mails(world.alice)) == 1


def test_what_is_withdrawn_or_renewed_is_not_reminded(world: World) -> None:
    right = right_of(world.alice)
    ends_in(right, 10)
    validate(world.admin, renew(world.correspondent, right, zone="21"))
    jobs.remind()
    assert mails(world.alice) == []


def test_an_administration_without_correspondant_notifies_the_administrateurs(world: World) -> None:
    with system() as session:
        session.get_one(Agent, world.correspondent_urssaf).active = False
    ends_in(right_of(world.bob), 10)
    jobs.remind()
    assert "Bob Fictif" in mails(world.admin)[0][1]


def test_a_review_is_recalled_at_mid_course_and_before_its_date(world: World) -> None:
    open_review(world.admin, today() + timedelta(days=20))
    now = datetime.now(UTC)
    counts = []
    for day in (1, 9, 10, 12, 16, 17, 19, 20, 21):
        with at(now + timedelta(days=day)):
            reminders_of_today()
        counts.append(len(mails(world.correspondent)))
    assert counts == [0, 0, 1, 1, 1, 2, 2, 2, 2]
    assert "Carol Fictif" in mails(world.correspondent)[0][1]
    assert "Bob Fictif" not in mails(world.correspondent)[0][1]


def reminders_of_today() -> None:
    with system() as session:
        reminders.remind_reviews(session)


def validate_at_once(app: Flask, *decisions: tuple[int, int]) -> list[str]:
    """Each (person, request) is shown before any is decided; what each was answered, in order of the alphabet."""
    ready = Barrier(len(decisions))

    def decide(decision: tuple[int, int]) -> str:
        person, request_id = decision
        with app.app_context():
            with system() as session:
                who = identity(session, person)
            with unit_of_work(who) as session:
                asked = reach.get_request(session, who, request_id)
                ready.wait()
                try:
                    requests.validate(session, who, asked)
                except DomainError as error:
                    return error.message
            return "validée"

    with ThreadPoolExecutor(len(decisions)) as pool:
        return sorted(pool.map(decide, decisions))


def test_two_people_who_decide_at_once_decide_once(app: Flask, world: World) -> None:
    request_id = ask(world.correspondent, world.carol)
    said = validate_at_once(app, (world.admin, request_id), (world.admin, request_id))
    assert said == sorted([DECIDED, "validée"])
    with system() as session:
        given = select(Habilitation).where(Habilitation.request_id == request_id)
        assert len(session.scalars(given).all()) == 1


def test_two_people_do_not_validate_each_other_even_at_once(app: Flask, world: World) -> None:
    other = second_correspondent(world)
    theirs, mine = ask(other, world.carol), ask(world.correspondent, world.alice)
    said = validate_at_once(app, (world.correspondent, theirs), (other, mine))
    assert said == sorted([decisions.EACH_OTHER, "validée"])


def test_a_right_asked_long_ago_is_not_given_beyond_its_end(world: World) -> None:
    request_id = ask(world.correspondent, world.carol, ends_on=today() + timedelta(days=5))
    with (
        at(utcnow() + timedelta(days=5)),
        working_as(world.admin) as (session, who),
        pytest.raises(DomainError, match="La fin demandée est passée"),
    ):
        requests.validate(session, who, reach.get_request(session, who, request_id))


def test_only_what_is_in_force_is_renewed(world: World) -> None:
    with working_as(world.correspondent) as (session, who):
        theirs = reach.get_agent(session, who, world.carol)
        others = reach.get_habilitation(session, who, right_of_alice(session, world))
        with pytest.raises(DomainError, match="n’est plus en cours"):
            requests.ask(session, who, theirs, requested(renews=others))
    assert get_right(right_of(world.carol)).withdrawn_at is None


def right_of_alice(session: object, world: World) -> int:
    statement = select(Habilitation.id).where(Habilitation.agent_id == world.alice)
    return int(session.scalars(statement).one())  # type: ignore[attr-defined]
