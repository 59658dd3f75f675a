"""What waits is told once, in its turn; what nobody answers, or an expert who leaves had to do, goes to others; a kill loses nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from signal import SIGKILL

import pytest
from sqlalchemy import select

from app.core import now
from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event
from app.core.now import PARIS, utcnow
from app.messages.models import Announcement, Email
from app.referrals.directory import queries as directory
from app.referrals.directory.antennes import services as antennes
from app.referrals.directory.experts import services as experts
from app.referrals.needs import putting, queries, services
from app.referrals.needs.answering import ExpertAnswer, answer
from app.referrals.needs.models import Actor, FirmNeed, NeedState, Referral, ReferralState
from app.referrals.needs.putting import SYSTEM
from app.referrals.reminders import jobs
from app.referrals.reminders import services as reminders
from app.referrals.reminders.models import ReferralReminder, ReminderKind
from tests.factories.needs import PutNeed, put_need, solicitation
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.referrals import add_antenne, add_expert
from tests.support.journaled import journaled
from tests.support.nursery import Nursery, Order, nursery_for

MORNING = datetime(2026, 1, 12, 9, tzinfo=PARIS)
#: the first working day after so many
AFTER = {3: 3, 6: 8, 10: 14, 11: 15, 15: 21, 30: 42, 45: 63}


@pytest.fixture
def put(world: World) -> PutNeed:
    """A need put on a Monday to Bob, whose antenne Alice keeps, and to somebody without an account."""
    with now.at(MORNING):
        made = put_need(world)
        with working_as(world.admin) as (session, who):
            antenne = directory.get_antenne(session, who, made.antenne_id)
            antennes.set_managers(session, who, antenne, ["alice@exemple.invalid"])
    return made


def morning(worked: int) -> None:
    """Run the task of the morning, so many working days later, twice."""
    with now.at(MORNING + timedelta(days=AFTER[worked])):
        jobs.remind()
        jobs.remind()


def told(*people: int) -> list[Counter[str]]:
    """The subjects of the e-mails of some people, besides the first ones."""
    with system() as session:
        return [
            Counter(
                session.scalars(
                    select(Email.subject).where(
                        Email.agent_id == person, Email.dedup_key.not_like("%:sent:%")
                    )
                )
            )
            for person in people
        ]


def states(need_id: int) -> dict[int, ReferralState]:
    with system() as session:
        rows = select(Referral.expert_id, Referral.state).where(Referral.need_id == need_id)
        return {row.expert_id: row.state for row in session.execute(rows)}


def need_state(need_id: int) -> NeedState:
    with system() as session:
        return session.get_one(FirmNeed, need_id).state


def take(put: PutNeed) -> None:
    """Bob takes it; as the system, on a day when nobody of this world had rights yet."""
    with system() as session:
        need = queries.get_need(session, SYSTEM, put.need_id)
        mine = next(each for each in need.referrals if each.expert_id == put.bob_expert_id)
        said = ExpertAnswer(state=ReferralState.TAKEN, shown=mine.version)
        answer(session, SYSTEM, mine, said, actor=Actor.LINK)


def test_the_expert_then_the_managers_then_it_goes_to_others(world: World, put: PutNeed) -> None:
    people = (world.bob, world.alice, world.team)
    assert [sum(each.values()) for each in told(*people)] == [0, 0, 0]
    morning(3)
    assert [sum(each.values()) for each in told(*people)] == [1, 0, 0]
    morning(6)
    # Of both experts of the antenne.
    assert [sum(each.values()) for each in told(*people)] == [1, 2, 0]
    third = add_antenne(world.admin, institution="Réseau de relève", areas=["21"])
    noa = add_expert(world.admin, third, name="Noa Fictif", subject_id=put.subject_id)
    morning(10)
    assert set(states(put.need_id).values()) == {ReferralState.TO_TREAT}
    morning(11)
    assert states(put.need_id) == {
        put.bob_expert_id: ReferralState.EXPIRED,
        put.outside_expert_id: ReferralState.EXPIRED,
        noa: ReferralState.TO_TREAT,
    }
    assert [sum(each.values()) for each in told(*people)] == [1, 2, 0]
    reminded = Counter(line.details["kind"] for line in journaled(Event.NEED_REMINDED))
    assert reminded == {"expert": 2, "responsables": 2}
    assert len(journaled(Event.NEED_PASSED_ON)) == 2


def test_what_is_taken_is_reminded_of_up_to_the_team_and_never_expires(
    world: World, put: PutNeed
) -> None:
    with now.at(MORNING):
        take(put)
    for worked, counted in ((15, (1, 0, 0)), (30, (1, 1, 0)), (45, (1, 1, 1))):
        morning(worked)
        subjects = told(world.bob, world.alice, world.team)
        closing = [sum(n for said, n in each.items() if "pris" in said) for each in subjects]
        assert tuple(closing) == counted, worked
    assert states(put.need_id)[put.bob_expert_id] is ReferralState.TAKEN
    assert need_state(put.need_id) is NeedState.TAKEN


def test_an_outage_is_caught_up_with(world: World, put: PutNeed) -> None:
    morning(6)
    with system() as session:
        sent = session.scalars(select(ReferralReminder.kind)).all()
        numbers = session.scalars(select(Referral.id)).all()
    assert Counter(sent) == {ReminderKind.EXPERT: 2, ReminderKind.MANAGERS: 2}
    # A worker that read what waits before another one told it tells nothing.
    for number in numbers:
        with system() as session:
            assert not reminders.remind(session, SYSTEM, number, ReminderKind.EXPERT)


def test_the_team_is_told_once_a_day_of_what_has_nobody(world: World, put: PutNeed) -> None:
    morning(11)
    assert need_state(put.need_id) is NeedState.NOBODY
    (said,) = told(world.team)
    assert said == {"1 besoin d’entreprise sans expert": 1}
    morning(15)
    (said,) = told(world.team)
    assert said == {"1 besoin d’entreprise sans expert": 2}
    assert told(world.adviser, world.admin) == [{}, {}]


def test_an_absent_expert_is_left_in_peace_and_others_take_their_turn(
    world: World, put: PutNeed
) -> None:
    first = MORNING.date()
    with now.at(MORNING), working_as(world.admin) as (session, who):
        expert = directory.get_expert(session, who, put.bob_expert_id)
        experts.say_away(
            session, who, expert, starts_on=first, ends_on=first + timedelta(days=30), delegate=None
        )
    morning(6)
    assert [sum(each.values()) for each in told(world.bob, world.alice)] == [0, 2]
    morning(11)
    assert told(world.bob) == [{}]
    assert set(states(put.need_id).values()) == {ReferralState.EXPIRED}


def test_what_is_put_again_to_the_same_expert_is_reminded_of_again(
    world: World, put: PutNeed
) -> None:
    morning(3)
    morning(11)
    with now.at(MORNING + timedelta(days=AFTER[11])), system() as session:
        need = queries.hold_need(session, put.need_id)
        putting.put_to(session, need, put.bob_expert_id)
    assert [sum(each.values()) for each in told(world.bob)] == [1]
    with now.at(MORNING + timedelta(days=AFTER[11] + AFTER[3])):
        jobs.remind()
        jobs.remind()
    assert [sum(each.values()) for each in told(world.bob)] == [2]


@pytest.mark.parametrize("what", ["expert", "antenne", "institution"])
def test_what_somebody_who_leaves_had_to_do_goes_to_others(
    world: World, put: PutNeed, what: str
) -> None:
    third = add_antenne(world.admin, institution="Réseau de relève", areas=["21"])
    noa = add_expert(world.admin, third, name="Noa Fictif", subject_id=put.subject_id)
    take(put)
    with working_as(world.admin) as (session, who):
        expert = directory.get_expert(session, who, put.bob_expert_id)
        if what == "expert":
            experts.set_archived(session, who, expert, archived=True)
        elif what == "antenne":
            antennes.set_archived(session, who, expert.antenne, archived=True)
        else:
            institution = expert.antenne.institution
            antennes.change_institution(
                session, who, institution, name=institution.name, description="", archived=True
            )
    jobs.pass_on()
    after = states(put.need_id)
    assert after[put.bob_expert_id] is ReferralState.REVOKED
    # The other expert is still there when Bob leaves alone: nobody else is needed.
    alone = what == "expert"
    assert (after[put.outside_expert_id] is ReferralState.TO_TREAT) == alone
    assert after[noa] is ReferralState.TO_TREAT
    with system() as session:
        assert queries.left_behind(session) == []


#: where the worker dies, and whether what it was doing is done
MOMENTS = [
    (place, finishes)
    # What expires is written before anything is told.
    for place in (
        "app.referrals.needs.putting.settle",
        "app.referrals.needs.putting.put_again",
        "app.core.journal.record",
        "app.messages.bell.announce",
        "app.messages.outbox.post",
    )
    for finishes in (False, True)
]


@pytest.fixture
def nursery(app: TransactionalFlask, put: PutNeed, tmp_path: Path) -> Iterator[Nursery]:
    """The process whose children remind."""
    with nursery_for(app, tmp_path) as nursery:
        yield nursery


def test_killed_at_ten_moments_each_is_told_once_and_no_need_is_lost(
    world: World, put: PutNeed, nursery: Nursery, tmp_path: Path
) -> None:
    """Of two needs of long ago, one waits for an answer and one is taken; each run dies a little further."""
    with now.at(MORNING):
        asked = solicitation(firm_name="Deuxième firme imaginaire")
        with system() as session:
            number = services.submit(session, SYSTEM, asked).id
        take(put)
    assert utcnow() > MORNING + timedelta(days=60)
    for place, finishes in MOMENTS:
        order = Order(
            home=str(tmp_path), call="app.referrals.reminders.jobs:remind", dies_at=place, finishes=finishes
        )  # fmt: skip
        ended, _ = nursery.run(order)
        assert ended == -SIGKILL, place
        assert_whole()
    ended, _ = nursery.run(Order(home=str(tmp_path), call="app.referrals.reminders.jobs:remind"))
    assert ended == 0
    assert_whole()
    before = keys()
    jobs.remind()
    assert keys() == before, "nothing is told twice"
    with system() as session:
        kinds = Counter(session.scalars(select(ReferralReminder.kind)))
        second = session.scalars(select(FirmNeed).where(FirmNeed.solicitation_id == number)).one()
        assert second.state is NeedState.NOBODY
    assert kinds == {kind: 1 for kind in ReminderKind if kind.value.endswith("_cloture")}
    assert Counter(states(put.need_id).values()) == {
        ReferralState.TAKEN: 1,
        ReferralState.EXPIRED: 1,
    }


def keys() -> Sequence[str]:
    with system() as session:
        return [
            *session.scalars(select(Email.dedup_key).order_by(Email.dedup_key)),
            *session.scalars(select(Announcement.dedup_key).order_by(Announcement.id)),
        ]


def assert_whole() -> None:
    """Each reminder that is written was told, and each that was told is written."""
    with system() as session:
        written = {
            (each.referral_id, each.kind.value)
            for each in session.scalars(select(ReferralReminder))
        }
        sent = session.scalars(select(Email.dedup_key).where(Email.dedup_key.like("referral:%")))
        said = {tuple(key.split(":")[1:3]) for key in sent}
    kinds = {kind.value for kind in ReminderKind}
    told_of = {(int(number), kind) for number, kind in said if kind in kinds}
    assert told_of == written
