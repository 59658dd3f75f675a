"""An échéance is told once when its day comes, to whoever has it to do; nobody changes that of others."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.now import today, utcnow
from app.deadlines import jobs
from app.deadlines.models import Deadline, DeadlineState
from app.messages.models import Email
from app.network.models import FeedEvent, Notification
from app.network.notifications import jobs as network_jobs
from app.network.notifications import recipients
from tests.factories.cases import add_member, open_case
from tests.factories.deadlines import change, plan
from tests.factories.network import follow, system
from tests.factories.people import World, reading_as


def told() -> list[int]:
    """The agents reminded, in order."""
    with system() as session:
        rows = select(Notification.agent_id).join(Notification.event)
        of_day = FeedEvent.kind == "deadlines:deadline:due"
        return list(session.scalars(rows.where(of_day).order_by(Notification.id)))


def events() -> int:
    with system() as session:
        of_day = FeedEvent.kind == "deadlines:deadline:due"
        return session.scalar(select(func.count()).select_from(FeedEvent).where(of_day)) or 0


def test_its_day_is_told_once_and_to_nobody_but_whoever_has_it_to_do(world: World) -> None:
    case_id = open_case(world.alice, world.siret_21)
    for member in (world.bob, world.manager):
        add_member(world.alice, case_id, member)
    follow(world.carol, world.siren_21)
    plan(world.alice, world.siren_21, to="codefi", by=world.bob, case_id=case_id)
    for _ in range(2):
        jobs.remind()
    assert (told(), events()) == ([world.bob], 1)
    with system() as session:
        assert session.scalars(select(Deadline.reminded_at)).one() is not None


def test_a_crash_tells_nothing_and_the_next_time_tells_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told and that it was told are one transaction."""
    for what in ("Un", "Deux"):
        plan(world.alice, world.siren_21, to="crp", what=what)
    told_first = []

    def crash(session: Session, event_id: int, who: list[tuple[int, recipients.Reason]]) -> None:
        recipients_notify(session, event_id, who)
        told_first.append(event_id)
        if len(told_first) == 2:
            raise RuntimeError("killed")

    recipients_notify = recipients.notify
    with monkeypatch.context() as broken:
        broken.setattr(recipients, "notify", crash)
        with pytest.raises(RuntimeError, match="killed"):
            jobs.remind()
    assert told() == [world.alice]
    jobs.remind()
    jobs.remind()
    assert (told(), events()) == ([world.alice] * 2, 2)


def test_put_off_it_is_told_again_once_its_other_day_has_come(world: World) -> None:
    number = plan(world.alice, world.siren_21, to="crp")
    jobs.remind()
    change(world.alice, number, due_on=today() + timedelta(days=3))
    jobs.remind()
    assert told() == [world.alice]
    with system() as session:
        session.get_one(Deadline, number).due_on = today()
    jobs.remind()
    assert told() == [world.alice] * 2


def test_nothing_is_told_of_what_is_done_to_come_long_over_or_no_longer_read(world: World) -> None:
    numbers = [plan(world.alice, world.siren_21, to="crp", by=world.carol) for _ in range(4)]
    with system() as session:
        done, to_come, over, _ = (session.get_one(Deadline, number) for number in numbers)
        done.state, done.settled_at = DeadlineState.DONE, utcnow()
        to_come.due_on = today() + timedelta(days=1)
        over.due_on = today() - timedelta(days=91)
        session.get_one(Agent, world.carol).suspended_at = utcnow()
    jobs.remind()
    assert (told(), events()) == ([], 0)
    with system() as session:
        session.get_one(Agent, world.carol).suspended_at = None
    jobs.remind()
    assert told() == [world.carol]


def test_the_morning_e_mail_counts_it_and_says_neither_the_firm_nor_what(world: World) -> None:
    plan(world.alice, world.siren_21, to="crp", what="Confidence à rappeler")
    jobs.remind()
    network_jobs.write_digests(today())
    with system() as session:
        (email,) = session.scalars(select(Email)).all()
        said = f"{email.subject} {email.body_text} {email.body_html}"
    assert "Rappel d’une échéance" in said
    assert not [word for word in ("Confidence", "Forges", world.siren_21) if word in said]


def test_only_those_concerned_change_one_and_nobody_in_the_name_of_another(
    world: World, session: Session
) -> None:
    plan(world.alice, world.siren_21, to="crp")
    settled = text("update deadline set state = 'faite', settled_at = now(), settled_by = :who")
    with reading_as(session, world.carol):
        assert session.execute(settled, {"who": world.carol}).rowcount == 0  # type: ignore[attr-defined]
    with reading_as(session, world.alice):
        for statement in (
            settled,
            text(
                "insert into deadline (siren, departments, network_id, author_id, assignee_id, what, due_on)"
                " select siren, departments, network_id, :who, :who, 'x', due_on from deadline"
            ),
            text("update deadline set network_id = :who"),
        ):
            with pytest.raises(ProgrammingError, match=r"row-level security|permission denied"):
                session.execute(statement, {"who": world.bob})
            session.rollback()
