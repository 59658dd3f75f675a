"""The service is looked at: what is late is told once, told again when it changes, and told when it is over; what was read is true."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core import journal
from app.core.access.identity import system_identity
from app.core.now import utcnow
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.messages.models import Announcement, Email
from app.operations import jobs
from app.operations.watch import queries, services
from app.operations.watch.models import WatchedThing, WatchStanding
from app.operations.watch.readings import Readings
from app.operations.watch.rules import WATCHED
from tests.factories import mail
from tests.factories.network import system
from tests.factories.operations import plant_drill
from tests.factories.people import World
from tests.factories.readings import HEALTHY, NOW, WRONG, changed

SYSTEM = system_identity("tests")
LOOKS = count()
MAILED = [watched.code for watched in WATCHED if watched.is_mailed]


def _keep(*reads: Readings) -> None:
    """Look, each time some seconds later."""
    for read in reads:
        with system() as session:
            services.keep(
                session, SYSTEM, replace(read, moment=NOW + timedelta(seconds=next(LOOKS)))
            )


def _mails() -> list[Email]:
    with system() as session:
        mails = session.scalars(select(Email).order_by(Email.id)).all()
        session.expunge_all()
        return list(mails)


def _rung() -> list[str]:
    with system() as session:
        return list(session.scalars(select(Announcement.subject).order_by(Announcement.id)))


@pytest.mark.parametrize("code", MAILED)
def test_what_is_late_is_told_once_then_once_when_it_is_over(world: World, code: str) -> None:
    wrong, standing, told = WRONG[code]
    watched = next(each for each in WATCHED if each.code == code)
    _keep(HEALTHY)
    assert _mails() == []
    _keep(wrong)
    [alarm] = _mails()
    assert alarm.agent_id == world.admin
    assert watched.todo in alarm.body_text
    assert told in alarm.body_text
    assert _rung() == [f"{watched.label} : {standing.label.lower()}"]
    _keep(wrong, wrong)
    assert len(_mails()) == 1
    _keep(HEALTHY)
    over = _mails()[1]
    assert "en ordre" in over.subject
    assert "c’est terminé" in over.body_text
    assert _rung() == []
    _keep(HEALTHY)
    assert len(_mails()) == 2


def test_what_grows_worse_is_told_again(world: World) -> None:
    _keep(WRONG["backup"][0], changed(HEALTHY, "kept", is_failed=True))
    late, failed = _mails()
    assert "en retard" in late.body_text
    assert "en échec" in failed.body_text
    assert _rung() == ["Sauvegarde : en échec"]


def test_what_comes_at_once_is_told_in_one_e_mail_and_journaled(world: World) -> None:
    _keep(changed(WRONG["clock"][0], "kept", is_failed=True))
    [both] = _mails()
    assert both.subject == "État du service : horloge, sauvegarde"
    event = journal.Event.SERVICE_CHANGED.value
    with system() as session:
        line = session.scalars(
            select(journal.JournalEntry).where(journal.JournalEntry.event == event)
        ).one()
        assert line.details["standings"] == {"clock": "en_echec", "backup": "en_echec"}  # fmt: skip


def test_e_mails_that_do_not_leave_are_told_by_no_e_mail(world: World) -> None:
    _keep(WRONG["mail"][0])
    assert _mails() == []
    with system() as session:
        assert session.get_one(WatchedThing, "mail").standing is WatchStanding.LATE


def test_it_stands_so_since_it_began_to(world: World) -> None:
    _keep(WRONG["disk"][0])
    with system() as session:
        began_at = session.get_one(WatchedThing, "disk").looked_at
    _keep(WRONG["disk"][0])
    with system() as session:
        thing = session.get_one(WatchedThing, "disk")
        assert thing.since == began_at < thing.looked_at


def test_the_task_looks_by_itself(world: World) -> None:
    jobs.watch()
    # Neither a clock nor a worker is there: one e-mail for both.
    [alarm] = _mails()
    assert "horloge" in alarm.subject
    assert "worker" in alarm.subject
    jobs.watch()
    assert len(_mails()) == 1


def test_what_is_read_is_what_is_there(world: World, app: Flask) -> None:
    plant_drill(hours=4)
    mail.fail(mail.write_email(world.alice, key="refusé"), 7)
    mail.write_email(world.alice, key="à envoyer")
    with system() as session:
        defer(session, Task.IMPORTS_LOAD)
    with system() as session:
        session.execute(text("update procrastinate_events set at = at - interval '1 hour'"))
        journal.record(session, SYSTEM, journal.Event.ACCOUNT_REFUSED)
        read = queries.read(session, app.config["VIGIE"])
    queues = {queue.task: queue for queue in read.work.queues}
    assert queues["mail:send"].waiting == 2
    assert queues["imports:load"].waiting == 1
    assert 3_600 <= queues["imports:load"].seconds < 3_700
    assert (read.mail.waiting, read.mail.late, read.mail.given_up) == (2, 1, 0)
    assert (read.entries.opened, read.entries.refused) == (0, 1)
    assert read.kept.made_at is not None
    assert timedelta(hours=4) <= read.moment - read.kept.made_at < timedelta(hours=5)
    assert read.kept.restored_in == 42.0
    assert read.seals.first == utcnow().date()
    assert read.processes.tables
    assert not read.processes.clock
    assert 0 < read.room.free <= read.room.size
    assert 0 < read.room.connections <= read.room.most_connections


def test_a_task_that_failed_counts_for_a_day(world: World, app: Flask) -> None:
    with system() as session:
        defer(session, Task.IMPORTS_LOAD)
        for status in ("doing", "failed"):
            session.execute(text(f"update procrastinate_jobs set status = '{status}'"))
        assert queries.read(session, app.config["VIGIE"]).work.failed == 1
        session.execute(text("update procrastinate_events set at = at - interval '25 hours'"))
        assert queries.read(session, app.config["VIGIE"]).work.failed == 0


def test_entries_are_found_by_an_index(world: World) -> None:
    with system() as session:
        session.execute(text("set local enable_seqscan = off"))
        plan = session.scalars(
            text(
                "explain select event, count(*) from journal where event in ('a', 'b')"
                " and recorded_at > now() - interval '1 hour' group by event"
            )
        )
        assert "event_recorded_at" in "\n".join(plan)


def test_failed_tasks_are_found_by_an_index(world: World) -> None:
    with system() as session:
        session.execute(text("set local enable_seqscan = off"))
        plan = session.scalars(text(f"explain {queries._FAILED.text.replace(':since', 'now()')}")).all()  # fmt: skip
        assert "ix_procrastinate_jobs_failed" in "\n".join(plan)
