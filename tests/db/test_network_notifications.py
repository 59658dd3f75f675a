"""Who is told of what, and the morning e-mail: rights have the last word, and no e-mail names a firm."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.accounts.models import Agent, MailPace
from app.companies.models import Company
from app.core.now import today
from app.core.work import events
from app.core.work import jobs as core_jobs
from app.core.work.events import DomainEvent, EventKind
from app.habilitations.models import Habilitation
from app.messages.jobs import send_mail
from app.messages.models import Email
from app.network import services
from app.network.comments import services as comments
from app.network.models import FollowLevel, Notification
from app.network.notifications import jobs, preferences, queries
from tests.factories.mail import make_due
from tests.factories.network import follow, last_event, system, working_as, write_comment
from tests.factories.people import World
from tests.support.smtp import Letterbox, posted_to


def told(event_id: int) -> dict[int, str]:
    jobs.notify(event_id=event_id)
    with system() as session:
        rows = session.scalars(select(Notification).where(Notification.event_id == event_id))
        return {row.agent_id: row.reason for row in rows}


def unread(agent_id: int) -> int:
    with working_as(agent_id) as (session, who):
        return queries.count_unread(session, who)


def alert(siren: str, department: str) -> int:
    """What detection says of a firm in alert."""
    with system() as session:
        event = DomainEvent(
            kind=EventKind.ALERTED, siren=siren, departments=[department],
            subject_kind="detection_entry", subject_id=1, occurred_on=today(), nature="score",
            details={"level": "elevee", "novelty": "first_alert"},
        )  # fmt: skip
        events.emit(session, jobs.SYSTEM, event)
    return last_event()


def test_a_follower_of_the_audience_is_told_and_the_author_is_not(world: World) -> None:
    follow(world.carol, world.siren_21)
    write_comment(world.alice, world.siren_21, to="crp")
    assert told(last_event()) == {world.carol: "followed"}


def test_a_follower_outside_the_audience_is_not_told(world: World) -> None:
    follow(world.bob, world.siren_21)
    write_comment(world.alice, world.siren_21, to="crp")
    assert told(last_event()) == {}
    assert unread(world.bob) == 0


@pytest.mark.parametrize("level", [FollowLevel.MENTIONS, FollowLevel.NOTHING])
def test_who_chose_to_hear_less_is_not_told_of_a_comment(world: World, level: FollowLevel) -> None:
    follow(world.carol, world.siren_21, level)
    write_comment(world.alice, world.siren_21, to="crp")
    assert told(last_event()) == {}


def test_telling_twice_is_telling_once(world: World) -> None:
    follow(world.carol, world.siren_21)
    write_comment(world.alice, world.siren_21, to="crp")
    event_id = last_event()
    jobs.notify(event_id=event_id)
    jobs.notify(event_id=event_id)
    assert unread(world.carol) == 1


def test_an_alert_is_told_to_the_zone_only(world: World) -> None:
    told_to = told(alert(world.siren_21, "21"))
    assert set(told_to) == {world.alice, world.bob, world.carol, world.manager}
    assert set(told_to.values()) == {"in_zone"}


def test_an_alert_is_not_told_to_who_may_not_read_scores(world: World) -> None:
    with system() as session:
        blind = update(Habilitation).where(Habilitation.agent_id == world.bob)
        session.execute(blind.values(natures=["urssaf"]))
    assert world.bob not in told(alert(world.siren_21, "21"))


def test_an_alert_is_not_told_to_who_muted_the_firm(world: World) -> None:
    follow(world.alice, world.siren_21, FollowLevel.NOTHING)
    assert world.alice not in told(alert(world.siren_21, "21"))


def test_an_expired_habilitation_hides_what_was_told(world: World) -> None:
    told(alert(world.siren_21, "21"))
    assert unread(world.bob) == 1
    expire(world.bob)
    assert unread(world.bob) == 0


def test_an_expired_habilitation_tells_nothing(world: World) -> None:
    follow(world.carol, world.siren_21)
    expire(world.carol)
    write_comment(world.alice, world.siren_21, to="crp")
    assert told(last_event()) == {}


def write_then_fail(world: World) -> None:
    with working_as(world.alice) as (session, who):
        company = session.get_one(Company, world.siren_21)
        audience = who.network_ids[0]
        comments.write(session, who, company, network_id=audience, body="x")
        raise RuntimeError("undo")


def test_an_act_and_its_task_stand_or_fall_together(world: World) -> None:
    with pytest.raises(RuntimeError, match="undo"):
        write_then_fail(world)
    with system() as session:
        assert waiting_tasks(session, "network:notify") == 0
    write_comment(world.alice, world.siren_21, to="crp")
    with system() as session:
        assert waiting_tasks(session, "network:notify") == 1


def test_marking_as_read_reaches_only_my_own(world: World) -> None:
    follow(world.carol, world.siren_21)
    follow(world.manager, world.siren_21)
    write_comment(world.alice, world.siren_21, to="crp")
    told(last_event())
    with system() as session:
        hers = session.scalars(
            select(Notification.id).where(Notification.agent_id == world.carol)
        ).one()
    with working_as(world.manager) as (session, who):
        services.mark_read(session, who, notification_id=hers)
    assert (unread(world.carol), unread(world.manager)) == (1, 1)
    with working_as(world.carol) as (session, who):
        services.mark_read(session, who, notification_id=hers)
    assert (unread(world.carol), unread(world.manager)) == (0, 1)


def test_fifty_novelties_are_one_email_that_names_no_firm(world: World) -> None:
    for _ in range(50):
        told(alert(world.siren_21, "21"))
    assert jobs.write_digests(date(2026, 11, 22)) == 4
    email = email_of(world.alice)
    assert email.subject == "50 nouveautés dans ce que vous suivez"
    assert "et 43 autres" in email.body_text
    for body in (email.subject, email.body_text, email.body_html):
        assert "Forges" not in body
        assert world.siren_21 not in body


def test_one_novelty_is_singular(world: World) -> None:
    told(alert(world.siren_21, "21"))
    jobs.write_digests(today())
    assert email_of(world.alice).subject == "1 nouveauté dans ce que vous suivez"


def test_a_second_digest_the_same_day_waits_for_the_next(world: World) -> None:
    told(alert(world.siren_21, "21"))
    assert jobs.write_digests(today()) == 4
    assert jobs.write_digests(today()) == 0
    told(alert(world.siren_21_quiet, "21"))
    assert jobs.write_digests(today()) == 0
    assert jobs.write_digests(today() + timedelta(days=1)) == 4


def test_nothing_new_is_no_email(world: World) -> None:
    assert jobs.write_digests(today()) == 0


def test_what_was_read_is_not_emailed(world: World) -> None:
    told(alert(world.siren_21, "21"))
    with working_as(world.alice) as (session, who):
        services.mark_read(session, who)
    jobs.write_digests(today())
    with system() as session:
        assert world.alice not in session.scalars(select(Email.agent_id)).all()


def test_who_refuses_the_digest_receives_none(world: World) -> None:
    with working_as(world.alice) as (session, who):
        preferences.choose(session, who, pace=MailPace.NEVER, at_once=True)
    told(alert(world.siren_21, "21"))
    assert jobs.write_digests(today()) == 3


def test_a_digest_counts_only_what_may_still_be_read(world: World) -> None:
    follow(world.bob, world.siren_21)
    write_comment(world.alice, world.siren_21, to="codefi")
    told(last_event())
    with system() as session:
        session.execute(
            text("update feed_event set network_id = (select id from network where code = 'crp')")
        )
    assert jobs.write_digests(today()) == 0


@pytest.fixture
def postman(app: Flask) -> Iterator[Letterbox]:
    """A letterbox, with the application's settings leading to it."""
    with posted_to(app) as box:
        yield box


def test_a_digest_reaches_its_reader_once(world: World, postman: Letterbox) -> None:
    told(alert(world.siren_21, "21"))
    jobs.write_digests(today())
    number = email_of(world.alice).id
    send_mail(email_id=number)
    send_mail(email_id=number)
    (message,) = postman.received
    assert message["To"] == "alice@exemple.invalid"
    assert message["Subject"] == "1 nouveauté dans ce que vous suivez"
    html = message.get_body(("html",))
    assert html is not None
    assert "/notifications" in html.get_content()
    assert email_of(world.alice).sent_at is not None


def test_a_digest_counts_as_sent_when_the_server_took_it(world: World, postman: Letterbox) -> None:
    told(alert(world.siren_21, "21"))
    jobs.write_digests(today())
    number = email_of(world.alice).id
    postman.refusals = 1
    send_mail(email_id=number)
    assert emailed(world.alice) == [None]
    assert jobs.write_digests(today() + timedelta(days=1)) == 0
    make_due(number)
    send_mail(email_id=number)
    assert emailed(world.alice) == [email_of(world.alice).sent_at]


def test_a_digest_given_up_leaves_its_news_to_the_next(world: World, postman: Letterbox) -> None:
    told(alert(world.siren_21, "21"))
    jobs.write_digests(today())
    postman.unknown.add("alice@exemple.invalid")
    send_mail(email_id=email_of(world.alice).id)
    assert emailed(world.alice) == [None]
    assert jobs.write_digests(today()) == 0
    assert jobs.write_digests(today() + timedelta(days=1)) == 1


def emailed(agent_id: int) -> list[datetime | None]:
    """When each notification of an agent was e-mailed."""
    with system() as session:
        theirs = select(Notification.emailed_at).where(Notification.agent_id == agent_id)
        return list(session.scalars(theirs))


def email_of(agent_id: int) -> Email:
    with system() as session:
        email = session.scalars(select(Email).where(Email.agent_id == agent_id)).one()
        session.expunge(email)
        return email


def expire(agent_id: int) -> None:
    with system() as session:
        theirs = update(Habilitation).where(Habilitation.agent_id == agent_id)
        session.execute(theirs.values(withdrawn_at=text("now()")))


def waiting_tasks(session: Session, name: str) -> int:
    count = text("select count(*) from procrastinate_jobs where task_name = :name")
    return session.execute(count, {"name": name}).scalar_one()


def test_a_closed_account_is_told_nothing(world: World) -> None:
    follow(world.carol, world.siren_21)
    with system() as session:
        session.execute(update(Agent).where(Agent.id == world.carol).values(active=False))
    write_comment(world.alice, world.siren_21, to="crp")
    assert told(last_event()) == {}


def test_the_command_writes_the_digests_and_the_worker_tells_and_sends(
    world: World, app: Flask, postman: Letterbox
) -> None:
    follow(world.carol, world.siren_21)
    write_comment(world.alice, world.siren_21, to="crp")
    run_worker(app)
    assert unread(world.carol) == 1
    answer = app.test_cli_runner().invoke(args=["network", "digest"])
    assert answer.output == "Résumés écrits : 1\n"
    run_worker(app)
    assert [message["To"] for message in postman.received] == ["carol@exemple.invalid"]


def run_worker(app: Flask) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    core_jobs.work(url, concurrency=1, pulse=core_jobs.Pulse(), wait=False)
