"""An e-mail is sent once the server took it: absent, refusing, dying or killed, none is lost, and none is doubled but once."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.accounts.models import Agent
from app.core.database.unit_of_work import unit_of_work
from app.core.now import utcnow
from app.core.work import jobs as core_jobs
from app.messages import outbox
from app.messages.jobs import ask_due, send_mail
from app.messages.models import Announcement, Email
from app.messages.outbox import DELAYS
from tests.factories.mail import fail, forget_attempt, make_due, write_email
from tests.factories.network import system
from tests.factories.people import World
from tests.support.smtp import Letterbox, posted_to


@pytest.fixture
def postman(app: Flask) -> Iterator[Letterbox]:
    """A letterbox, with the application's settings leading to it."""
    with posted_to(app) as box:
        yield box


@pytest.fixture
def number(world: World) -> int:
    """An e-mail to alice."""
    return write_email(world.alice)


def found(number: int) -> Email:
    with system() as session:
        email = session.get_one(Email, number)
        session.expunge(email)
        return email


def bell(agent_id: int) -> list[str]:
    with system() as session:
        hers = select(Announcement.subject).where(Announcement.agent_id == agent_id)
        return list(session.scalars(hers.order_by(Announcement.id)))


def test_what_the_server_took_is_sent_once(number: int, postman: Letterbox) -> None:
    send_mail(email_id=number)
    send_mail(email_id=number)
    (message,) = postman.received
    assert message["Message-ID"].startswith(f"<vigie-{number}@")
    email = found(number)
    assert email.sent_at is not None
    assert (email.due_at, email.given_up_at, email.trouble) == (None, None, None)


def test_an_account_closed_meanwhile_receives_nothing(
    world: World, number: int, postman: Letterbox
) -> None:
    with system() as session:
        session.get_one(Agent, world.alice).active = False
    send_mail(email_id=number)
    assert postman.received == []
    email = found(number)
    assert (email.sent_at, email.trouble) == (None, outbox.GONE)
    assert email.given_up_at is not None


def test_an_absent_server_is_tried_again_later_and_later(number: int) -> None:
    waits = []
    for _ in range(3):
        make_due(number)
        send_mail(email_id=number)
        email = found(number)
        assert email.sent_at is None
        assert email.due_at is not None
        assert email.trouble == "Le serveur est injoignable."
        waits.append(email.due_at)
    gaps = [(later - sooner).total_seconds() / 60 for sooner, later in pairwise(waits)]
    assert [round(gap) for gap in gaps] == [1, 3]
    assert sum((delay.total_seconds() for delay in DELAYS), start=0.0) > 3 * 24 * 3600


def test_it_is_not_tried_before_its_time(number: int, postman: Letterbox) -> None:
    postman.refusals = 1
    send_mail(email_id=number)
    send_mail(email_id=number)
    assert postman.received == []
    assert found(number).attempts == 1
    make_due(number)
    send_mail(email_id=number)
    assert len(postman.received) == 1


def test_after_three_days_it_is_given_up_and_kept(world: World, number: int) -> None:
    fail(number, len(DELAYS))
    send_mail(email_id=number)
    email = found(number)
    assert email.given_up_at is not None
    assert email.due_at is None
    assert bell(world.admin) == ["Des courriels n’ont pas pu être remis"]


def test_an_unknown_address_is_given_up_at_once_and_the_others_leave(
    world: World, number: int, postman: Letterbox
) -> None:
    other = write_email(world.bob, key="autre")
    postman.unknown.add("alice@exemple.invalid")
    send_mail(email_id=number)
    send_mail(email_id=other)
    assert [message["To"] for message in postman.received] == ["bob@exemple.invalid"]
    assert found(number).trouble == "Le serveur refuse cette adresse (réponse 550)."
    assert found(number).given_up_at is not None


def test_a_message_refused_for_good_is_given_up(number: int, postman: Letterbox) -> None:
    postman.is_hostile = True
    send_mail(email_id=number)
    assert found(number).trouble == "Le serveur refuse ce message (réponse 554)."
    assert found(number).given_up_at is not None


def test_a_server_that_dies_in_the_middle_is_tried_again(number: int, postman: Letterbox) -> None:
    postman.deaths = 1
    send_mail(email_id=number)
    assert found(number).sent_at is None
    make_due(number)
    send_mail(email_id=number)
    assert len(postman.received) == 1
    assert found(number).sent_at is not None


def test_a_worker_killed_after_the_server_took_it_doubles_it_once_at_most(
    world: World, number: int, postman: Letterbox
) -> None:
    """What is left of a killed worker is an attempt without outcome."""
    for _ in range(2):
        with unit_of_work(outbox.SYSTEM) as session:
            begun = outbox.begin(session, number)
        assert begun is not None
        assert outbox.hand_over(*begun) is None
        send_mail(email_id=number)  # somebody else, meanwhile: the attempt is not over
        forget_attempt(number)
    send_mail(email_id=number)
    first, second = postman.received
    assert first["Message-ID"] == second["Message-ID"]
    assert "interrompu" in str(found(number).trouble)
    assert bell(world.admin) == ["Des courriels n’ont pas pu être remis"]


def test_administrators_hear_once_of_an_outage(world: World, number: int) -> None:
    other = write_email(world.bob, key="autre")
    for email_id in (number, other, number):
        fail(email_id, 5)
        send_mail(email_id=email_id)
    assert bell(world.admin) == ["Des courriels ne partent plus depuis une heure"]
    assert bell(world.alice) == []


def test_the_clock_finds_what_no_task_remembers(
    app: Flask, world: World, number: int, postman: Letterbox
) -> None:
    with system() as session:
        session.execute(text("delete from procrastinate_jobs"))
    ask_due()
    ask_due()
    with system() as session:
        assert session.scalar(text("select count(*) from procrastinate_jobs")) == 1
    core_jobs.work(
        app.config["SQLALCHEMY_DATABASE_URI"], concurrency=1, pulse=core_jobs.Pulse(), wait=False
    )
    assert [message["To"] for message in postman.received] == ["alice@exemple.invalid"]


def test_nobody_is_written_to_at_an_account_without_address(world: World, number: int) -> None:
    with outbox.address_of.holding(lambda _session, _agent_id: None):
        send_mail(email_id=number)
    assert "personne à qui l’envoyer" in str(found(number).trouble)
    assert bell(world.admin) == []


def test_an_email_dated_by_a_clock_that_was_ahead_leaves_now(
    number: int, postman: Letterbox
) -> None:
    ahead = utcnow() + timedelta(days=3)
    with system() as session:
        session.execute(update(Email).values(due_at=ahead, attempted_at=ahead))
    send_mail(email_id=number)
    assert len(postman.received) == 1
