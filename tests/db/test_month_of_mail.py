"""A month of busy agents, the tasks of the clock run at their times: two e-mails a day at most, none empty, everything told once."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Agent, MailPace
from app.core import now
from app.core.now import PARIS
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.deadlines import jobs as deadlines
from app.habilitations.calendar import jobs as habilitations
from app.messages import outbox
from app.messages.jobs import send_mail
from app.messages.letters import Letter
from app.messages.models import Announcement, Email
from app.network.models import FeedEvent, Notification
from app.network.notifications import digest, jobs
from app.watching.subscriptions import jobs as watching
from app.watching.subscriptions.models import TellingPace
from app.watching.subscriptions.services import subscribe
from scoring.vocabulary import Level
from tests.factories.deadlines import plan
from tests.factories.detections import Alerted, publish_list
from tests.factories.mail import forget_attempt
from tests.factories.network import follow, last_event, system, working_as, write_comment
from tests.factories.people import World
from tests.factories.unlocks import flag
from tests.factories.visits import log_visit
from tests.support.smtp import Letterbox, posted_to

DAYS = 30
AT_ONCE = ("mention:", "deadline:")
COUNTED = re.compile(r"^(\d+) nouveautés? dans ce que vous suivez$")


@pytest.fixture
def postman(app: Flask) -> Iterator[Letterbox]:
    with posted_to(app) as box:
        yield box


def test_a_month_of_e_mails(world: World, postman: Letterbox) -> None:
    settle_in(world)
    first = now.today() + timedelta(days=1)
    told_events: set[int] = set()
    for number in range(DAYS):
        day = first + timedelta(days=number)
        at(day, 7, deadlines.remind, watching.tell_daily, habilitations.remind)
        at(day, 8, jobs.digest)
        at(day, 9, lambda number=number: busy_morning(world, number))  # type: ignore[misc]
        tell_all(day, 10, told_events)
        at(day, 14, jobs.digest_again)
        at(day, 16, lambda: write_comment(world.bob, world.siren_21, to="codefi"))
        tell_all(day, 17, told_events)
    # The last week is told too.
    for number in range(8):
        at(first + timedelta(days=DAYS + number), 8, jobs.digest)
    assert_few_a_day(world)
    assert_told_once(world, len(postman.received))
    mondays = {sent.weekday() for sent, _ in mails_of(world.carol)}
    assert mondays == {0}, "once a week, on Mondays"
    assert mails_of(world.manager) == [], "who wants none has none, and nobody names them"


def test_what_a_crash_interrupts_is_told_once(
    world: World, postman: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed once the e-mail is written, before it is said what it tells: neither stands; the next time tells it."""
    follow(world.carol, world.siren_21)
    write_comment(world.alice, world.siren_21, to="crp")
    jobs.notify(event_id=last_event())

    def die(session: Session, *, agent_id: int, key: str, letter: Letter) -> int | None:
        outbox.post(session, agent_id=agent_id, key=key, letter=letter)
        session.flush()
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(digest, "post", die)
        with pytest.raises(RuntimeError, match="killed"):
            jobs.digest()
    assert (mails_of(world.carol), untold(world.carol)) == ([], 1)
    jobs.digest()
    jobs.digest()
    assert (len(mails_of(world.carol)), untold(world.carol)) == (1, 0)


def test_killed_once_the_server_took_it_no_digest_tells_it_again(
    world: World, postman: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(world.carol, world.siren_21)
    write_comment(world.alice, world.siren_21, to="crp")
    jobs.notify(event_id=last_event())
    jobs.digest()
    with system() as session:
        number = session.scalars(select(Email.id).where(Email.agent_id == world.carol)).one()

    def die(*_arguments: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "settle", die)
        with pytest.raises(RuntimeError, match="killed"):
            send_mail(email_id=number)
    with now.at(now.utcnow() + timedelta(days=1)):
        assert jobs.write_digests(now.today()) == 0
    forget_attempt(number)
    send_mail(email_id=number)
    identities = [message["Message-ID"] for message in postman.received]
    assert len(identities) == 2
    assert len(set(identities)) == 1, "a server that took it before knows it"
    with system() as session:
        assert session.scalars(select(Notification.emailed_at)).one() is not None


def test_what_is_told_meanwhile_is_not_told_twice(world: World) -> None:
    """Two digests composed at once: the second one finds its lines told, and writes nothing."""
    follow(world.carol, world.siren_21)
    write_comment(world.alice, world.siren_21, to="crp")
    jobs.notify(event_id=last_event())
    with system() as session:
        agent = session.get_one(Agent, world.carol)
        agent.mail_pace = MailPace.TWICE
    readers = []
    for hour in digest.PACES:
        with system() as session:
            readers += digest.list_readers(session, day=now.today(), hour=hour)
    composed = []
    for reader in readers:
        with working_as(world.carol) as (session, _):
            composed.append((reader, digest.compose(session, reader)))
    written = []
    for reader, each in composed:
        assert each is not None
        with system() as session:
            written.append(digest.write(session, reader, each))
    assert written == [True, False]
    assert len(mails_of(world.carol)) == 1


def test_a_digest_gives_way_to_what_else_was_written_that_day(world: World) -> None:
    follow(world.carol, world.siren_21)
    write_comment(world.alice, world.siren_21, to="crp")
    jobs.notify(event_id=last_event())
    with system() as session:
        for number in range(2):
            letter = digest._letter(world.carol, [], [])
            outbox.post(session, agent_id=world.carol, key=f"autre:{number}", letter=letter)
    assert jobs.write_digests(now.today()) == 0
    with now.at(now.utcnow() + timedelta(days=1)):
        assert jobs.write_digests(now.today()) == 1


def test_a_week_that_the_worker_missed_is_told_the_next_morning(world: World) -> None:
    set_pace(world.carol, MailPace.WEEKLY)
    follow(world.carol, world.siren_21)
    monday = now.today() + timedelta(days=7 - now.today().weekday())
    at(monday - timedelta(days=1), 10, lambda: write_comment(world.alice, world.siren_21, to="crp"))
    at(monday - timedelta(days=1), 11, lambda: jobs.notify(event_id=last_event()))
    at(monday, 10, lambda: write_comment(world.alice, world.siren_21, to="crp"))
    at(monday, 11, lambda: jobs.notify(event_id=last_event()))
    at(monday + timedelta(days=1), 8, jobs.digest)
    ((_, subject),) = mails_of(world.carol)
    assert subject == "1 nouveauté dans ce que vous suivez", "what came since is for next Monday"
    at(monday + timedelta(days=2), 8, jobs.digest)
    assert len(mails_of(world.carol)) == 1
    at(monday + timedelta(days=7), 8, jobs.digest)
    assert len(mails_of(world.carol)) == 2


def settle_in(world: World) -> None:
    """Alice reads twice a day, Bob each morning, Carol on Mondays, the manager never; all follow what moves."""
    paces = (MailPace.TWICE, MailPace.MORNING, MailPace.WEEKLY, MailPace.NEVER)
    people = (world.alice, world.bob, world.carol, world.manager)
    with system() as session:
        publish_list(session, as_of=date(2026, 6, 1))
    for agent_id, pace in zip(people, paces, strict=True):
        set_pace(agent_id, pace)
        for siren in (world.siren_21, world.siren_21_quiet):
            follow(agent_id, siren)
        with working_as(agent_id) as (session, who):
            subscribe(
                session, who, view=None, department="21", by_mail=True,
                pace=TellingPace.AT_ONCE if agent_id == world.alice else TellingPace.DAILY,
            )  # fmt: skip


def busy_morning(world: World, number: int) -> None:
    """What colleagues do one day: they write, name people, give échéances, visit, flag; a list comes now and then."""
    says = "@Alice Fictif, qu’en dites-vous ?" if number % 3 == 0 else "Du nouveau."
    write_comment(world.bob, world.siren_21_quiet, to="codefi", body=says)
    if number % 4 == 0:
        plan(
            world.bob,
            world.siren_21,
            to="codefi",
            by=world.alice,
            due_on=now.today() + timedelta(days=2),
        )
    if number % 5 == 0:
        log_visit(world.carol, world.siret_21, to="codefi")
        flag(world.bob, world.siren_21)
    if number % 10 == 0:
        with system() as session:
            alerted = Alerted(siren=world.siren_21, department="21", level=Level.ELEVEE)
            publish_list(session, alerted, as_of=date(2026, 7 + number // 10, 1))
            event = DomainEvent(
                kind=EventKind.ALERTED, siren=world.siren_21, departments=["21"], nature="score",
                subject_kind="detection_entry", subject_id=1, occurred_on=now.today(),
                details={"level": "elevee", "novelty": "first_alert"},
            )  # fmt: skip
            events.emit(session, jobs.SYSTEM, event)


def tell_all(day: date, hour: int, told: set[int]) -> None:
    """What the worker does of what was just said."""
    with system() as session:
        new = [number for number in session.scalars(select(FeedEvent.id)) if number not in told]
    at(day, hour, watching.tell_now, *(lambda n=n: jobs.notify(event_id=n) for n in new))  # type: ignore[misc]
    told.update(new)


def at(day: date, hour: int, *acts: Callable[[], object]) -> None:
    """Do something at an hour of a day in Paris, then send the e-mails that it wrote."""
    with now.at(datetime.combine(day, time(hour), PARIS)):
        for act in acts:
            act()
        with system() as session:
            due = session.scalars(select(Email.id).where(Email.due_at.is_not(None))).all()
        for number in due:
            send_mail(email_id=number)


def assert_few_a_day(world: World) -> None:
    with system() as session:
        rows = session.execute(select(Email.agent_id, Email.created_at, Email.dedup_key)).all()
    regular = [row for row in rows if not row.dedup_key.startswith(AT_ONCE)]
    a_day = Counter((row.agent_id, row.created_at.astimezone(PARIS).date()) for row in regular)
    assert max(a_day.values()) == 2, "a day of somebody who reads twice"
    assert max(count for (who, _), count in a_day.items() if who == world.bob) == 1


def assert_told_once(world: World, received: int) -> None:
    """As many lines as e-mails say, each in one of them; none empty."""
    for agent_id in (world.alice, world.bob, world.carol):
        mails = [(subject, COUNTED.match(subject)) for _, subject in mails_of(agent_id)]
        said = sum(int(match[1]) if match else 1 for _, match in mails)
        assert all(match is None or int(match[1]) > 0 for _, match in mails)
        with system() as session:
            lines = select(func.count()).where(Notification.agent_id == agent_id)
            announced = select(func.count()).where(Announcement.agent_id == agent_id, Announcement.mail_text.is_not(None))  # fmt: skip
            there = (session.scalar(lines) or 0) + (session.scalar(announced) or 0)
        assert said == there > 10, agent_id
        assert untold(agent_id) == 0
    with system() as session:
        assert received == session.scalar(select(func.count()).select_from(Email))


def mails_of(agent_id: int) -> list[tuple[datetime, str]]:
    """When each e-mail of somebody was written, in Paris, and its subject."""
    with system() as session:
        theirs = select(Email.created_at, Email.subject).where(Email.agent_id == agent_id)
        rows = session.execute(theirs.order_by(Email.id)).all()
    return [(row.created_at.astimezone(PARIS), row.subject) for row in rows]


def untold(agent_id: int) -> int:
    """How many lines of somebody no e-mail tells."""
    with system() as session:
        theirs = select(func.count()).where(
            Notification.agent_id == agent_id, Notification.email_id.is_(None)
        )
        return session.scalar(theirs) or 0


def set_pace(agent_id: int, pace: MailPace) -> None:
    with system() as session:
        session.execute(update(Agent).where(Agent.id == agent_id).values(mail_pace=pace))
