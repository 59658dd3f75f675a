"""Every figure of the pages that count has its definition behind it, and is what its definition counts, one row after the other."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.cases.models import Case, CaseMember, CaseState, MemberRole
from app.core.database.unit_of_work import TransactionalFlask
from app.core.now import today, utcnow
from app.detections.models import DetectionEntry, DetectionList, HumanSignal
from app.detections.news import services as news
from app.network.models import FeedEvent
from app.visits.models import Visit
from scoring.vocabulary import Level, Novelty
from tests.factories import impact
from tests.factories.detections import Alerted, publish_list
from tests.factories.network import system
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import Tag
from tests.support.readers import sign_in_as
from tests.web.test_silence import fall_silent

ZONE = ("21", "25")
FORMER, NEW = date(2026, 10, 31), date(2026, 11, 30)
#: what stands for a figure on a page, and where its name is
FIGURES = "main .vigie-stat, main h2:has(.vigie-count)"


@pytest.fixture
def world(app: TransactionalFlask, world: World) -> World:
    """Forty firms and what happened to them; two lists of some; an old accompagnement, and one of somebody at work."""
    with system() as session:
        impact.drawn_history(session, world, seed=11)
        impact.flag(session, world, world.siren_21_quiet, datetime(2026, 11, 2, tzinfo=UTC))
        levels = [Level.ELEVEE, Level.MODEREE, Level.NONE]
        news_of = list(Novelty)
        firms = [
            (f"7{number:08d}", levels[number % 3], news_of[number % 4]) for number in range(24)
        ]
        for day, shown in ((FORMER, firms[:18]), (NEW, firms[6:])):
            made = publish_list(
                session,
                *(
                    Alerted(
                        siren=siren, department=_place(session, siren), level=level,
                        novelty=Novelty.NONE if level is Level.NONE else novelty, rank=rank,
                    )
                    for rank, (siren, level, novelty) in enumerate(shown, 1)
                ),
                as_of=day,
            )  # fmt: skip
            made.published_at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            session.flush()
            news.store_tally(session, made)
        impact.firm(session, "790000001", "21")
        held = impact.case(session, world, "79000000100001", date(2026, 1, 5))
        session.add(CaseMember(case_id=held.id, agent_id=world.alice, role=MemberRole.REFERENT))  # fmt: skip
        old = update(Case).values(updated_at=utcnow() - timedelta(days=90))
        session.execute(old.where(Case.id % 2 == 0))
    fall_silent(app)
    return world


def _place(session: Session, siren: str) -> str:
    return session.scalars(select(Visit.department).where(Visit.siren == siren)).first() or "21"


def shown(page: Tag) -> dict[str, str]:
    """The number beside each figure that a page names, as it is written."""
    found = {}
    for figure in page.select(FIGURES):
        name = figure.select_one("[data-metric]")
        assert name is not None, f"a figure without definition: {figure.get_text(' ', strip=True)}"
        value = figure.select_one(".vigie-stat__value, .vigie-count")
        found[name["data-metric"]] = value.get_text(strip=True) if value else ""
    for name in page.select("[data-metric]"):
        said = name.get_text(" ", strip=True)
        before = name.find_parent("p")
        text = before.get_text(" ", strip=True) if before else said
        digits = "".join(each if each.isdigit() else " " for each in text.split(said)[0]).split()
        found.setdefault(name["data-metric"], (digits or said.split())[-1 if digits else 0])
    return found


def rows(session: Session, model: Any) -> list[Any]:
    return list(session.scalars(select(model)))


def of_list(session: Session, day: date) -> list[DetectionEntry]:
    number = session.scalars(select(DetectionList.id).where(DetectionList.as_of == day)).one()
    every = rows(session, DetectionEntry)
    return [e for e in every if e.list_id == number and e.department in ZONE and e.level != "none"]


def recounted(session: Session) -> dict[str, int]:
    """Each figure of the home page, of the list, of its news and of the board of accompagnements, by its definition."""
    now, before = of_list(session, NEW), of_list(session, FORMER)
    cases = [
        case for case in rows(session, Case) if case.department in ZONE and not case.deleted_at
    ]
    running = [case for case in cases if case.state != CaseState.TERMINE]
    touched = {visit.siren for visit in rows(session, Visit)} | {case.siren for case in running}
    flagged = {
        flag.siren for flag in rows(session, HumanSignal)
        if flag.created_at > utcnow() - timedelta(days=365) and set(flag.departments) & set(ZONE)
    }  # fmt: skip
    alone = flagged - {entry.siren for entry in now}
    new = [entry for entry in now if entry.novelty != Novelty.NONE]
    held = {member.case_id for member in rows(session, CaseMember) if member.left_at is None}
    heard = {
        e.siren for e in rows(session, FeedEvent) if e.occurred_at > utcnow() - timedelta(days=30)
    }
    by: Callable[[Any], int] = lambda wanted: sum(1 for e in now if wanted in (e.level, e.novelty))  # noqa: E731
    return {
        "list_elevee": by(Level.ELEVEE), "list_moderee": by(Level.MODEREE), "list_human": len(flagged),
        "list_rows": len(now) + len(alone),
        "news_elevee": by(Level.ELEVEE), "news_moderee": by(Level.MODEREE), "news_first_alerts": by(Novelty.FIRST_ALERT),
        "news_aggravations": by(Novelty.AGGRAVATION), "news_re_alerts": by(Novelty.RE_ALERT),
        "news_leavers": len({e.siren for e in before} - {e.siren for e in now}),
        "home_new": len(new), "home_todo": sum(1 for e in new if e.siren not in touched),
        "team_untouched": sum(1 for e in now if e.siren not in touched) + len(alone - touched),
        "team_unattended": sum(1 for case in running if case.id not in held),
        "team_quiet": sum(1 for c in running if c.updated_at < utcnow() - timedelta(days=30) and c.siren not in heard),
        "team_silent": sum(1 for case in running if case.heard_on <= today() - timedelta(days=60)),
        "cases_en_cours": sum(1 for case in cases if case.state == CaseState.EN_COURS),
        "cases_sous_surveillance": sum(1 for case in cases if case.state == CaseState.SOUS_SURVEILLANCE),
        "cases_termine": sum(1 for case in cases if case.state == CaseState.TERMINE),
        "cases_listed": len(cases),
    }  # fmt: skip


def test_each_figure_is_what_its_definition_counts(client: InspectingClient, world: World) -> None:
    with system() as session:
        expected = recounted(session)
        number = session.scalars(select(DetectionList.id).where(DetectionList.as_of == NEW)).one()
    sign_in_as(client, world.manager)
    found: dict[str, str] = {}
    for path in (
        "/",
        "/detections",
        f"/nouveautes/{number}",
        "/accompagnements",
        "/accompagnements?vue=tableau",
    ):
        found |= {**shown(client.page(path)), **found}
    assert {code: found.get(code) for code in expected} == {
        code: str(count) for code, count in expected.items()
    }
    nothing = {code for code, count in expected.items() if not count}
    assert nothing <= {"cases_sous_surveillance"}, "a 0 would be right whatever is counted"


def test_the_pages_of_a_firm_show_no_figure_without_its_definition(
    client: InspectingClient, world: World
) -> None:
    with system() as session:
        siren = of_list(session, NEW)[0].siren
    sign_in_as(client, world.manager)
    assert {"risk_12", "risk_18", "risk_24"} <= set(shown(client.page(f"/entreprises/{siren}")))
    assert "cases_agenda" in shown(client.page("/accompagnements?vue=calendrier"))


def test_a_figure_that_nobody_defined_is_refused(client: InspectingClient) -> None:
    template = client.application.jinja_env.from_string(
        "{% from 'dsfr/figure.html' import metric_stat %}{{ metric_stat('invented', 3) }}"
    )
    with pytest.raises(KeyError, match="invented"):
        template.render()
