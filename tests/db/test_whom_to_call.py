"""Whom to call is read no more once there is no reason to: taken back, by somebody who left, in the eyes of somebody else."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.core.access.identity import Identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError, NotFoundError
from app.core.journal import Event
from app.core.now import utcnow
from app.referrals.directory.models import Expert
from app.referrals.guichet.following import services as following
from app.referrals.needs import queries, services
from app.referrals.needs.answering import NO_LONGER, ExpertAnswer, answer
from app.referrals.needs.models import Actor, NeedState, Referral, ReferralState
from app.referrals.needs.putting import SYSTEM
from tests.factories.needs import PutNeed, put_need
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.support.journaled import journaled


@pytest.fixture
def put(world: World) -> PutNeed:
    return put_need(world)


def say(world: World, put: PutNeed, *states: ReferralState) -> None:
    """Bob answers; the expert without an account has said nothing."""
    for state in states:
        with working_as(world.bob) as (session, who):
            asked = (Referral.expert_id == put.bob_expert_id, Referral.need_id == put.need_id)
            number = session.scalars(select(Referral.id).where(*asked)).one()
            held = queries.get_referral(session, who, number)
            answer(session, who, held, ExpertAnswer(state=state, shown=held.version))


def take_back(world: World, put: PutNeed) -> None:
    with working_as(world.team) as (session, who):
        need = queries.get_need(session, who, put.need_id)
        services.withdraw(session, who, [need], reason="Demande en double", actor=Actor.AGENT)


def reads(who: Identity, put: PutNeed) -> bool:
    with unit_of_work(who) as session:
        try:
            queries.get_contact(session, who, put.solicitation_id)
        except NotFoundError:
            return False
    return True


def bob(world: World) -> Identity:
    with working_as(world.bob) as (_, who):
        return who


def test_who_had_closed_a_need_that_is_taken_back_reads_it_no_more(
    world: World, put: PutNeed
) -> None:
    say(world, put, ReferralState.TAKEN, ReferralState.NO_HELP)
    assert reads(bob(world), put)
    take_back(world, put)
    with system() as session:
        asked = select(Referral.state).where(Referral.expert_id == put.bob_expert_id)
        assert session.scalars(asked).one() is ReferralState.NO_HELP
    assert not reads(bob(world), put)


def test_an_expert_who_left_reads_it_no_more_and_opens_nothing(world: World, put: PutNeed) -> None:
    say(world, put, ReferralState.TAKEN, ReferralState.HELPED)
    with system() as session:
        session.get_one(Expert, put.bob_expert_id).archived_at = utcnow()
    assert not reads(bob(world), put)
    with pytest.raises(DomainError, match=NO_LONGER[:30]):
        say(world, put, ReferralState.TAKEN)
    with system() as session:
        assert queries.get_need(session, SYSTEM, put.need_id).state is NeedState.HELPED


def test_an_expert_who_just_left_may_still_close_what_they_did(world: World, put: PutNeed) -> None:
    say(world, put, ReferralState.TAKEN)
    with system() as session:
        session.get_one(Expert, put.bob_expert_id).archived_at = utcnow()
    say(world, put, ReferralState.HELPED)
    with system() as session:
        assert queries.get_need(session, SYSTEM, put.need_id).state is NeedState.HELPED


def test_whoever_sees_vigie_as_the_expert_is_not_shown_it(world: World, put: PutNeed) -> None:
    with working_as(world.admin) as (_, own):
        pass
    assert reads(bob(world), put)
    assert not reads(replace(bob(world), impersonated_by=own), put)


def test_what_was_taken_back_is_taken_back_once(world: World, put: PutNeed) -> None:
    take_back(world, put)
    take_back(world, put)
    assert len(journaled(Event.NEED_WITHDRAWN)) == 1


def test_a_firm_takes_back_nothing_of_what_an_expert_ended_meanwhile(
    world: World, put: PutNeed
) -> None:
    with system() as session:
        shown = queries.get_need(session, SYSTEM, put.need_id)
        session.expunge_all()
    say(world, put, ReferralState.TAKEN, ReferralState.HELPED)
    with system() as session, pytest.raises(DomainError, match="plus rien à retirer"):
        following.withdraw(session, [shown], reason="C’est réglé.")
