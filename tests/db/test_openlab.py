"""The sheet of a week: counted from the events, once; told once to whoever works here, unless they asked not to be."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.core.access.rows import acting_as
from app.core.now import PARIS, today
from app.detections.answers.models import REASONS, DetectionAnswer
from app.detections.models import DetectionEntry
from app.messages.models import Announcement, NoticeKind
from app.openlab.ideas.models import Idea, IdeaAnswer, IdeaState, IdeaVote, OpenlabChange
from app.openlab.metrics import METRICS
from app.openlab.sheets import jobs, queries, services
from app.openlab.sheets.models import OpenlabSheet
from app.visits.models import ContactResult, Verdict, Visit, VisitListing
from tests.factories import impact, openlab
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system, working_as
from tests.factories.people import World, identity

MONDAY = date(2026, 6, 1)


def events(session: Session, world: World) -> None:
    """Contacts, replies and ideas of three weeks, at the edges of the days of the middle one."""
    listed = publish_list(
        session,
        Alerted(siren=world.siren_21, department="21"),
        Alerted(siren=world.siren_75, department="75"),
        as_of=date(2026, 5, 1),
    )
    entries = list(
        session.scalars(select(DetectionEntry).where(DetectionEntry.list_id == listed.id))
    )
    # At 23:30 UTC on a Sunday of summer, it is Monday in Paris.
    edges = ((5, 31, 21), (5, 31, 22), (6, 7, 21), (6, 7, 22))
    hours = [datetime(2026, month, day, hour, 30, tzinfo=UTC) for month, day, hour in edges]
    for place, hour in enumerate(hours):
        for verdict in (None, Verdict.CONFIRMEE, Verdict.NON_CONFIRMEE):
            impact.visit(session, world, world.siret_21, date(2026, 5, 20), verdict=verdict, logged_at=hour)  # fmt: skip
        for visit in session.scalars(select(Visit).order_by(Visit.id.desc()).limit(place % 2 * 3)):
            session.add(VisitListing(visit_id=visit.id, entry_id=entries[0].id))
        agent = (world.alice, world.bob, world.carol, world.stranger)[place]
        kind = list(REASONS)[place % 3]
        session.add(
            DetectionAnswer(
                entry_id=entries[0].id, agent_id=agent, siren=world.siren_21, departments=["21"], kind=kind,
                reasons=[reason.value for reason in REASONS[kind][: place + 1]], answered_at=hour,
                returns_on=date(2026, 9, 1) if kind == "surveillance" else None,
                comment=("", "Trésorerie commune au GROUPE", "Le dirigeant part à la retraite", "Rien")[place],
            )
        )  # fmt: skip
    session.flush()


def recounted(session: Session, week: date) -> dict[str, Any]:
    """The figures of a sheet by their definitions, and its tables."""

    def of_week(moment: datetime) -> bool:
        return week <= moment.astimezone(PARIS).date() <= week + timedelta(days=6)

    visits = [v for v in session.scalars(select(Visit)) if of_week(v.created_at)]
    replies = [r for r in session.scalars(select(DetectionAnswer)) if of_week(r.answered_at)]
    listed = {row.visit_id for row in session.scalars(select(VisitListing))}
    return {
        "sheet_contacts": len(visits),
        "sheet_answered": sum(v.contact_result is ContactResult.REPONDU for v in visits),
        "sheet_confirmed": sum(v.verdict is Verdict.CONFIRMEE for v in visits),
        "sheet_denied": sum(v.verdict is Verdict.NON_CONFIRMEE for v in visits),
        "sheet_replies": len(replies),
        "sheet_ideas": sum(of_week(i.created_at) for i in session.scalars(select(Idea))),
        "sheet_votes": sum(of_week(v.voted_at) for v in session.scalars(select(IdeaVote))),
        "sheet_idea_answers": sum(of_week(a.answered_at) for a in session.scalars(select(IdeaAnswer))),
        "sheet_changes": sum(of_week(c.created_at) for c in session.scalars(select(OpenlabChange))),
        "levels": Counter("moderee" if v.id in listed else "hors_liste" for v in visits),
        "reasons": Counter((r.kind.value, why) for r in replies for why in ["", *r.reasons]),
    }  # fmt: skip


def test_a_sheet_is_what_its_definitions_count(world: World) -> None:
    number = openlab.propose(world.alice, "Une idée")
    openlab.answer(world.scientist, number, IdeaState.KEPT, "Oui.")
    with system() as session:
        events(session, world)
        moved = datetime(2026, 6, 3, tzinfo=UTC)
        # Said that week of a day long before it; and of a day of that week, later.
        for done_on, said_at in ((date(2026, 4, 1), moved), (MONDAY, moved + timedelta(days=30))):
            change = OpenlabChange(
                title="Fait", done_on=done_on, idea_id=number, created_at=said_at
            )
            change.author_id = world.scientist
            session.add(change)
        session.add(IdeaVote(idea_id=number, agent_id=world.bob, voted_at=moved))
        session.add(Idea(title="Autre", body="", author_id=world.bob, created_at=moved))
        done = IdeaAnswer(
            idea_id=number, state=IdeaState.DONE, body="Fait.", author_id=world.scientist
        )
        done.answered_at = moved
        session.add(done)
        session.flush()
        expected = recounted(session, MONDAY)
        sheet = services.build(session, jobs.SYSTEM, MONDAY)
        assert sheet is not None
        content = sheet.content
        assert services.build(session, jobs.SYSTEM, MONDAY) is None
        told = queries.list_changes_of(session, jobs.SYSTEM, MONDAY)
        assert [change.done_on for change in told] == [date(2026, 4, 1)]
    levels, reasons = expected.pop("levels"), expected.pop("reasons")
    assert {code: content[code] for code in expected} == expected
    assert set(expected) == {metric.code for metric in METRICS}
    assert 0 not in expected.values()
    assert {row["level"]: row["contacts"] for row in content["visits"]} == levels
    assert {(row["kind"], row["reason"]): row["count"] for row in content["answers"]} == reasons
    themes = {name: count for name, count in content["themes"].items() if count}
    assert themes == {"textes": 2, "groupe": 1, "tresorerie": 1, "dirigeant": 1}


def test_the_sheet_of_last_week_is_built_and_told_once_unless_one_asked_not_to_be(
    world: World, session: Session
) -> None:
    with working_as(world.bob) as (writing, who):
        services.hush(writing, who)
    jobs.build_week()
    jobs.build_week()
    with system() as reading:
        (sheet,) = reading.scalars(select(OpenlabSheet)).all()
        assert sheet.week + timedelta(days=7) <= today() < sheet.week + timedelta(days=14)
        told = reading.scalars(select(Announcement)).all()
        assert {notice.kind for notice in told} == {NoticeKind.OPENLAB}
        works = {
            world.alice,
            world.carol,
            world.stranger,
            world.manager,
            world.admin,
            world.scientist,
        }
        assert sorted(notice.agent_id for notice in told) == sorted(works)


def test_after_an_outage_each_week_that_it_lasted_has_its_sheet(world: World) -> None:
    with system() as session:
        last = services.last_week()
        services.build(session, jobs.SYSTEM, last - timedelta(days=21))
    for _ in range(2):
        jobs.build_week()
    with system() as session:
        weeks = session.scalars(select(OpenlabSheet.week).order_by(OpenlabSheet.week)).all()
    assert weeks == [last - timedelta(days=7 * ago) for ago in (3, 2, 1, 0)]


def test_nobody_writes_for_another_nor_decides_what_an_idea_becomes(
    world: World, session: Session
) -> None:
    number = openlab.propose(world.alice, "Une idée")
    forbidden = (
        f"insert into idea_vote (idea_id, agent_id) values ({number}, {world.carol})",
        f"insert into idea (title, body, author_id) values ('x', '', {world.carol})",
        f"insert into idea_answer (idea_id, state, body, author_id) values ({number}, 'faite', 'x', {world.bob})",
        f"insert into openlab_change (title, done_on, author_id) values ('x', '2026-01-01', {world.bob})",
        "insert into openlab_sheet (week, content) values ('2026-06-01', '{}')",
    )  # fmt: skip
    bob = identity(session, world.bob)
    session.rollback()
    with acting_as(bob):
        for statement in forbidden:
            with pytest.raises(ProgrammingError, match="row-level security"):
                session.execute(text(statement))
            session.rollback()
        done = session.execute(text("update idea set state = 'faite'"))
        assert done.rowcount == 0  # type: ignore[attr-defined]
        session.rollback()
