"""The queue of what comes in: what Vigie notices, verdicts that take needs back, undone within an hour, a letter that leaves once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.core.errors import DomainError
from app.core.now import at, utcnow
from app.messages.models import Email
from app.referrals.directory.models import Expert
from app.referrals.needs import answering
from app.referrals.needs import queries as needs
from app.referrals.needs.models import (
    Actor,
    CheckVerdict,
    NeedState,
    ReferralState,
    Solicitation,
    SolicitationContact,
)
from app.referrals.needs.putting import SYSTEM
from app.referrals.needs.services import PersonToCall, submit, withdraw
from app.referrals.quality.checks import jobs, queries, services, signals
from app.referrals.quality.checks.services import CheckFinding
from app.referrals.quality.checks.signals import SignalKind
from app.referrals.quality.models import CheckLetter
from tests.factories.needs import SAID, PutNeed, put_need, solicitation
from tests.factories.network import system, working_as
from tests.factories.people import World

OUT = CheckFinding(
    verdict=CheckVerdict.OUT_OF_SCOPE,
    reason="Un permis de construire",
    letter=CheckLetter.OUT_OF_SCOPE,
)
ELSEWHERE = PersonToCall(name="Lou Fictif", telephone="03 80 00 00 09", email="lou@exemple.invalid")


@pytest.fixture
def put(world: World) -> PutNeed:
    return put_need(world)


def ask(**said: object) -> int:
    asked = solicitation(**said)
    with system() as session:
        return submit(session, SYSTEM, asked).id


def noticed(world: World, number: int) -> list[SignalKind]:
    with working_as(world.team) as (session, who):
        asked = queries.get_solicitation(session, who, number)
        return [each.kind for each in signals.signals_of(session, [asked])[number]]


def decide(world: World, number: int, found: CheckFinding) -> int:
    with working_as(world.team) as (session, who):
        asked = queries.get_solicitation(session, who, number)
        return services.decide(session, who, asked, found).id


def undo(world: World, number: int) -> None:
    with working_as(world.team) as (session, who):
        services.undo(session, who, queries.get_decision(session, who, number))


def states(put: PutNeed) -> tuple[NeedState, CheckVerdict, set[ReferralState]]:
    with system() as session:
        need = needs.get_need(session, SYSTEM, put.need_id)
        return need.state, need.solicitation.verdict, {each.state for each in need.referrals}


def letters() -> list[str]:
    with system() as session:
        return list(
            session.scalars(
                select(Email.subject).where(Email.dedup_key.startswith("solicitation_decision:"))
            )
        )


def test_nothing_is_noticed_of_what_is_right(put: PutNeed, world: World) -> None:
    assert noticed(world, put.solicitation_id) == []


def test_the_same_firm_and_subject_within_ninety_days_is_noticed_with_its_state(
    put: PutNeed, world: World
) -> None:
    again = ask(message="Toujours la même échéance, avec d’autres mots.")
    with working_as(world.team) as (session, who):
        asked = queries.get_solicitation(session, who, again)
        (signal,) = signals.signals_of(session, [asked])[again]
    assert signal.kind is SignalKind.DUPLICATE
    assert signal.need_id == put.need_id
    assert NeedState.TO_TREAT.label in signal.text
    assert noticed(world, put.solicitation_id) == []
    older = text("update solicitation set created_at = now() - interval '91 days' where id = :id")
    with system() as session:
        session.execute(older, {"id": put.solicitation_id})
    assert noticed(world, again) == []


def test_what_does_not_look_right_is_noticed(put: PutNeed, world: World) -> None:
    copied = ask(siren=world.siren_21_quiet, asker=ELSEWHERE, message=SAID.upper())
    assert noticed(world, copied) == [SignalKind.COPIED]
    seen = ask(siren=world.siren_21_quiet, message="Un autre besoin, tout différent.")
    assert SignalKind.SEEN in noticed(world, seen)
    far = ask(siren=world.siren_75, asker=ELSEWHERE, message="  Aide ")
    assert noticed(world, far) == [SignalKind.FAR, SignalKind.SEEN, SignalKind.EMPTY]
    stranger = replace(ELSEWHERE, email="", telephone="01 02 03 04 05")
    unknown = ask(siren="999999998", asker=stranger, message="Nous cherchons un local.")
    assert noticed(world, unknown) == [SignalKind.UNKNOWN]


def test_a_page_of_the_queue_takes_as_many_statements_whatever_it_holds(
    put: PutNeed, world: World
) -> None:
    for _ in range(3):
        ask()
    with working_as(world.team) as (session, who):
        rows = queries.slice_to_check(session, who, None).rows
        assert [each.id for each in rows] == sorted(each.id for each in rows)
        assert len(rows) == 4
        assert len(signals.signals_of(session, rows)) == 4


def test_what_is_not_right_is_taken_back_then_given_back_within_an_hour(
    put: PutNeed, world: World
) -> None:
    number = decide(world, put.solicitation_id, OUT)
    assert states(put) == (NeedState.WITHDRAWN, CheckVerdict.OUT_OF_SCOPE, {ReferralState.REVOKED})
    with pytest.raises(DomainError, match="déjà contrôlé"):
        decide(world, put.solicitation_id, OUT)
    undo(world, number)
    assert states(put) == (NeedState.TO_TREAT, CheckVerdict.TO_CHECK, {ReferralState.TO_TREAT})
    with system() as session:
        subjects = session.scalars(select(Email.subject).where(Email.agent_id == world.bob).order_by(Email.id))  # fmt: skip
        assert list(subjects)[-1] == "Un besoin d’entreprise vous est rendu"
    with at(utcnow() + timedelta(hours=2)):
        jobs.write_letters()
    assert letters() == []


def test_what_the_firm_took_back_is_not_given_back(put: PutNeed, world: World) -> None:
    with system() as session:
        need = needs.get_need(session, SYSTEM, put.need_id)
        withdraw(session, SYSTEM, [need], reason="C’est réglé", actor=Actor.FIRM)
    undo(world, decide(world, put.solicitation_id, OUT))
    assert states(put) == (NeedState.WITHDRAWN, CheckVerdict.TO_CHECK, {ReferralState.REVOKED})


def test_what_an_expert_who_left_had_lost_is_not_given_back(put: PutNeed, world: World) -> None:
    with system() as session:
        session.get_one(Expert, put.bob_expert_id).archived_at = utcnow()
    with system() as session:
        need = needs.get_need(session, SYSTEM, put.need_id)
        (lost,) = [each.id for each in need.referrals if each.expert_id == put.bob_expert_id]
        assert answering.leave(session, lost)
    undo(world, decide(world, put.solicitation_id, OUT))
    with system() as session:
        need = needs.get_need(session, SYSTEM, put.need_id)
        states = {each.expert_id: each.state for each in need.referrals}
        told = session.scalars(select(Email.subject).where(Email.agent_id == world.bob)).all()
    assert states[put.bob_expert_id] is ReferralState.REVOKED
    assert states[put.outside_expert_id] is ReferralState.TO_TREAT
    assert "Un besoin d’entreprise vous est rendu" not in told


def test_the_letter_leaves_once_after_an_hour_and_the_verdict_then_stays(
    put: PutNeed, world: World
) -> None:
    number = decide(world, put.solicitation_id, OUT)
    jobs.write_letters()
    assert letters() == []
    with at(utcnow() + timedelta(minutes=61)):
        jobs.write_letters()
        jobs.write_letters()
        assert letters() == [CheckLetter.OUT_OF_SCOPE.label]
        with pytest.raises(DomainError, match="ne s’annule plus"):
            undo(world, number)
    assert states(put)[0] is NeedState.WITHDRAWN


def test_a_verdict_says_why_and_its_letter_answers_it(put: PutNeed, world: World) -> None:
    for found, field in (
        (replace(OUT, reason="  "), "reason"),
        (replace(OUT, letter=CheckLetter.PRIVATE), "letter"),
        (replace(OUT, verdict=None), "verdict"),
        (replace(OUT, reason="x" * 501), "reason"),
    ):
        with pytest.raises(DomainError) as refused:
            decide(world, put.solicitation_id, found)
        assert refused.value.field == field
    with system() as session:
        session.get_one(SolicitationContact, put.solicitation_id).email = ""
    with pytest.raises(DomainError, match="Aucune lettre"):
        decide(world, put.solicitation_id, OUT)
    assert states(put)[0] is NeedState.TO_TREAT


def test_several_are_right_at_once_but_those_that_somebody_checked(
    put: PutNeed, world: World
) -> None:
    other, third = ask(), ask()
    decide(world, other, replace(OUT, letter=None))
    with working_as(world.team) as (session, who):
        assert services.accept(session, who, [put.solicitation_id, other, third, 999_999]) == 2
    with system() as session:
        verdicts = {each.id: each.verdict for each in session.scalars(select(Solicitation))}
    assert verdicts == {
        put.solicitation_id: CheckVerdict.RIGHT,
        other: CheckVerdict.OUT_OF_SCOPE,
        third: CheckVerdict.RIGHT,
    }


def test_nobody_but_the_team_reads_the_verdicts(put: PutNeed, world: World) -> None:
    decide(world, put.solicitation_id, OUT)
    for agent_id, count in ((world.team, 1), (world.bob, 0), (world.admin, 0), (world.manager, 0)):
        with working_as(agent_id) as (session, _):
            assert session.scalar(text("select count(*) from solicitation_decision")) == count
