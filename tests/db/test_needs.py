"""A need is put to experts, who answer: its state follows, nobody else reads it, and what nobody answers goes to others."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.database.locks import MEANWHILE
from app.core.errors import DomainError, NotFoundError
from app.messages.models import Email
from app.referrals.needs import queries, services
from app.referrals.needs.answering import NO_REASON, ExpertAnswer, answer, expire
from app.referrals.needs.models import (
    Actor,
    DeclineReason,
    FirmNeed,
    NeedRouting,
    NeedState,
    Referral,
    ReferralState,
    SolicitationContact,
)
from app.referrals.needs.putting import SYSTEM
from app.referrals.needs.states import derived
from tests.factories.needs import PutNeed, plant_experts, put_need, solicitation
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.referrals import add_antenne, add_expert, subject_ids

ANSWERS = [state for state in ReferralState if state is not ReferralState.REVOKED]


@pytest.fixture
def put(world: World) -> PutNeed:
    return put_need(world)


@contextmanager
def answering(agent_id: int, put: PutNeed) -> Iterator[tuple[Session, Identity, Referral]]:
    with working_as(agent_id) as (session, who):
        need = queries.get_need(session, who, put.need_id)
        number = next(each.id for each in need.referrals if each.expert_id == put.bob_expert_id)
        yield session, who, queries.get_referral(session, who, number)


def state_of(put: PutNeed) -> NeedState:
    with system() as session:
        return queries.get_need(session, SYSTEM, put.need_id).state


@given(st.lists(st.sampled_from(ANSWERS), max_size=5))
def test_a_need_is_open_as_long_as_somebody_works_on_it(answers: list[ReferralState]) -> None:
    state = derived(answers, is_withdrawn=False)
    if ReferralState.TAKEN in answers:
        assert state is NeedState.TAKEN
    elif ReferralState.HELPED in answers:
        assert state is NeedState.HELPED
    elif ReferralState.TO_TREAT in answers:
        assert state is NeedState.TO_TREAT
    assert (state is NeedState.NOBODY) == (
        set(answers) <= {ReferralState.NOT_MINE, ReferralState.EXPIRED}
    )
    assert derived(answers, is_withdrawn=True) is NeedState.WITHDRAWN


def test_a_need_is_put_to_each_expert_once_and_each_is_told(put: PutNeed, world: World) -> None:
    with system() as session:
        need = queries.get_need(session, SYSTEM, put.need_id)
        assert {each.expert_id for each in need.referrals} == {
            put.bob_expert_id,
            put.outside_expert_id,
        }
        assert all(each.why["area"] == "21" for each in need.referrals)
        letters = session.scalars(select(Email).where(Email.agent_id == world.bob)).all()
        said = [letter.subject + letter.body_text + letter.body_html for letter in letters]
    assert len(said) == 1
    assert "Forges" not in said[0]


def test_only_those_it_is_put_to_read_it(put: PutNeed, world: World) -> None:
    for agent_id, reads in (
        (world.bob, True),
        (world.team, True),
        (world.alice, False),
        (world.admin, False),
    ):
        with working_as(agent_id) as (session, who):
            if reads:
                assert (
                    queries.get_need(session, who, put.need_id).solicitation.siren == world.siren_21
                )
                assert queries.get_contact(session, who, put.solicitation_id).name == "Sacha Fictif"
            else:
                with pytest.raises(NotFoundError):
                    queries.get_need(session, who, put.need_id)
                assert session.scalars(select(SolicitationContact)).all() == []


def test_the_need_follows_its_answers(put: PutNeed, world: World) -> None:
    with answering(world.bob, put) as (session, who, referral):
        answer(session, who, referral, ExpertAnswer(state=ReferralState.TAKEN, shown=0))
    assert state_of(put) is NeedState.TAKEN
    with answering(world.bob, put) as (session, who, referral):
        answer(
            session,
            who,
            referral,
            ExpertAnswer(state=ReferralState.HELPED, shown=1, note="Délai accordé"),
        )
    assert state_of(put) is NeedState.HELPED
    with system() as session:
        need = queries.get_need(session, SYSTEM, put.need_id)
        assert need.taken_at is not None
        assert need.closed_at is not None


def test_an_answer_to_a_page_out_of_date_is_refused(put: PutNeed, world: World) -> None:
    with answering(world.bob, put) as (session, who, referral):
        answer(session, who, referral, ExpertAnswer(state=ReferralState.TAKEN, shown=0))
    with (
        answering(world.bob, put) as (session, who, referral),
        pytest.raises(DomainError) as refused,
    ):
        answer(session, who, referral, ExpertAnswer(state=ReferralState.TAKEN, shown=0))
    assert refused.value.message == MEANWHILE


def test_a_refusal_says_why_and_goes_to_others(put: PutNeed, world: World) -> None:
    with (
        answering(world.bob, put) as (session, who, referral),
        pytest.raises(DomainError, match=NO_REASON[:20]),
    ):
        answer(session, who, referral, ExpertAnswer(state=ReferralState.NOT_MINE, shown=0))
    other = add_antenne(world.admin, institution="Autre réseau imaginaire", areas=["21"])
    third = add_expert(world.admin, other, name="Noa Fictif", subject_id=put.subject_id)
    with answering(world.bob, put) as (session, who, referral):
        answer(
            session,
            who,
            referral,
            ExpertAnswer(state=ReferralState.NOT_MINE, shown=0, reason=DeclineReason.BUSY),
        )
    with system() as session:
        need = queries.get_need(session, SYSTEM, put.need_id)
        assert third in {each.expert_id for each in need.referrals}
        assert need.taken_at is None


def test_with_nobody_left_it_waits_for_the_team(world: World) -> None:
    put = put_need(world)
    with system() as session:
        numbers = session.scalars(select(Referral.id).order_by(Referral.id)).all()
    for number in numbers:
        with system() as session:
            assert expire(session, number, note="Sans réponse")
            assert not expire(session, number, note="Sans réponse")
    assert state_of(put) is NeedState.NOBODY
    with system() as session:
        causes = session.scalars(select(NeedRouting).order_by(NeedRouting.id)).all()
        assert [each.gap for each in causes] == [None, None, "tous_ecartes"]


def test_a_subject_of_nobody_does_not_empty_the_directory(world: World) -> None:
    plant_experts(world)
    asked = solicitation(subject_ids=subject_ids()[1:2])
    with system() as session:
        made = services.submit(session, SYSTEM, asked)
        found = select(NeedRouting.gap).join(FirmNeed, FirmNeed.id == NeedRouting.need_id)
        gaps = session.scalars(found.where(FirmNeed.solicitation_id == made.id)).all()
    assert gaps == ["sans_expert"]


def test_what_is_taken_back_is_answered_by_nobody(put: PutNeed, world: World) -> None:
    with working_as(world.team) as (session, who):
        need = queries.get_need(session, who, put.need_id)
        services.withdraw(session, who, [need], reason="Demande en double", actor=Actor.AGENT)
    assert state_of(put) is NeedState.WITHDRAWN
    with (
        answering(world.bob, put) as (session, who, referral),
        pytest.raises(DomainError, match="retiré"),
    ):
        answer(session, who, referral, ExpertAnswer(state=ReferralState.TAKEN, shown=1))
    with working_as(world.bob) as (session, who), pytest.raises(NotFoundError):
        queries.get_contact(session, who, put.solicitation_id)


def test_capacity_counts_the_needs_of_the_same_solicitation(world: World) -> None:
    plant_experts(world)
    asked = solicitation()
    with system() as session:
        made = services.submit(session, SYSTEM, asked)
        number = session.scalars(
            select(FirmNeed.id).where(FirmNeed.solicitation_id == made.id)
        ).one()
        need = queries.get_need(session, SYSTEM, number)
        assert queries.open_counts(session, [each.expert_id for each in need.referrals]) == {
            each.expert_id: 1 for each in need.referrals
        }
