"""Two experts answer one need at once; a need is taken back while somebody answers: each answer is decided on what is true then."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import apart
from app.core.errors import DomainError
from app.referrals.needs import queries, services
from app.referrals.needs.answering import ExpertAnswer, answer
from app.referrals.needs.models import Actor, DeclineReason, NeedState, ReferralState
from app.referrals.needs.putting import SYSTEM
from tests.factories.needs import PutNeed, put_need
from tests.factories.network import system, working_as
from tests.factories.people import World

REFUSED = ExpertAnswer(state=ReferralState.NOT_MINE, shown=0, reason=DeclineReason.BUSY)
TAKEN = ExpertAnswer(state=ReferralState.TAKEN, shown=0)


@pytest.fixture
def put(world: World) -> PutNeed:
    return put_need(world)


def at_once(app: Flask, put: PutNeed, *said: ExpertAnswer) -> list[Exception]:
    """Both experts of a need answer at the same moment, each in a thread of their own; what each was refused."""
    ready = threading.Barrier(2)
    troubles: list[Exception] = []
    with system() as session:
        need = queries.get_need(session, SYSTEM, put.need_id)
        numbers = [each.id for each in need.referrals]

    def act(number: int, mine: ExpertAnswer) -> None:
        with app.app_context(), system() as session:
            referral = queries.get_referral(session, SYSTEM, number)
            ready.wait()
            try:
                answer(session, SYSTEM, referral, mine, actor=Actor.LINK)
            except DomainError as trouble:
                troubles.append(trouble)

    threads = [threading.Thread(target=act, args=each) for each in zip(numbers, said, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return troubles


def state_of(put: PutNeed) -> NeedState:
    with system() as session:
        return queries.get_need(session, SYSTEM, put.need_id).state


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ((TAKEN, TAKEN), NeedState.TAKEN),
        ((REFUSED, REFUSED), NeedState.NOBODY),
        ((TAKEN, REFUSED), NeedState.TAKEN),
        ((REFUSED, TAKEN), NeedState.TAKEN),
    ],
)
def test_two_experts_answer_at_once(
    app: Flask, put: PutNeed, said: tuple[ExpertAnswer, ExpertAnswer], state: NeedState
) -> None:
    assert at_once(app, put, *said) == []
    assert state_of(put) is state


def test_the_same_expert_answers_once_in_two_tabs(app: Flask, put: PutNeed, world: World) -> None:
    def answered(session: object, who: Identity) -> None:
        need = queries.get_need(session, who, put.need_id)  # type: ignore[arg-type]
        mine = next(each for each in need.referrals if each.expert_id == put.bob_expert_id)
        answer(session, who, mine, TAKEN)  # type: ignore[arg-type]

    with pytest.raises(DomainError, match="vient de changer"):
        meanwhile(world, put, answered)


def test_what_is_taken_back_while_somebody_answers_is_not_answered(
    put: PutNeed, world: World
) -> None:
    def withdrawn(session: object, _who: Identity) -> None:
        need = queries.get_need(session, SYSTEM, put.need_id)  # type: ignore[arg-type]
        services.withdraw(session, SYSTEM, [need], reason="En double", actor=Actor.SYSTEM)  # type: ignore[arg-type]

    with pytest.raises(DomainError, match="Ce besoin a été retiré"):
        meanwhile(world, put, withdrawn, by=system_identity("tests"))
    assert state_of(put) is NeedState.WITHDRAWN


def meanwhile(
    world: World,
    put: PutNeed,
    act: Callable[[object, Identity], None],
    *,
    by: Identity | None = None,
) -> None:
    """Bob opens the page, something happens, then Bob says that he takes it."""
    with working_as(world.bob) as (session, who):
        need = queries.get_need(session, who, put.need_id)
        mine = next(each for each in need.referrals if each.expert_id == put.bob_expert_id)
        with apart(by or who) as other:
            act(other, by or who)
        answer(session, who, mine, TAKEN)
