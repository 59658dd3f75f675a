"""The figures of the orientation are what the events say, recounted one by one; few statements, however many needs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from holidays import country_holidays
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from app.core.now import PARIS, today
from app.extensions import db
from app.referrals.directory.models import AntenneManager, Expert
from app.referrals.needs.models import (
    Cause,
    CheckVerdict,
    FirmNeed,
    NeedState,
    Referral,
    ReferralChange,
    ReferralState,
    Solicitation,
)
from app.referrals.quality.figures import presenters, queries
from app.referrals.quality.figures.counting import CountedNeed, Deadlines, Tally, tallied
from app.referrals.quality.figures.metrics import METRICS
from app.referrals.quality.figures.queries import QualityFilter, QualityScope
from tests.factories import quality
from tests.factories.network import system, working_as
from tests.factories.people import World

MONTHS = timedelta(days=70)
EVERYTHING = QualityScope(is_everything=True)
Life = list[ReferralChange]


def period() -> QualityFilter:
    return QualityFilter(since=today() - MONTHS, until=today())


def figures(world: World, scope: QualityScope, asked: QualityFilter) -> Tally:
    with working_as(world.team) as (session, _):
        needs, _, said = queries.counted_needs(session, scope, asked)
    return tallied(needs, today=today(), helped=said, deadlines=Deadlines())


def day(moment: Any) -> date:
    return date.fromisoformat(moment.astimezone(PARIS).date().isoformat())


def after(first: date, count: int, department: str) -> date:
    """The count-th working day that follows, the slow way."""
    subdivision = {"67": "6AE", "974": "974"}.get(department)
    off = country_holidays("FR", subdiv=subdivision, years=range(first.year, first.year + 2))
    while count:
        first += timedelta(days=1)
        if first.weekday() < 5 and first not in off:
            count -= 1
    return first


def events() -> tuple[list[tuple[FirmNeed, Solicitation]], Mapping[int, list[tuple[Referral, Life]]]]:  # fmt: skip
    """Each need, and each of its referrals with all that happened to it."""
    with system() as session:
        needs = [(n, s) for n, s in session.execute(select(FirmNeed, Solicitation).join(Solicitation))]  # fmt: skip
        lives: dict[int, Life] = {}
        for each in session.scalars(select(ReferralChange).order_by(ReferralChange.changed_at, ReferralChange.id)):  # fmt: skip
            lives.setdefault(each.referral_id, []).append(each)
        put: dict[int, list[tuple[Referral, Life]]] = {}
        for referral in session.scalars(select(Referral)):
            put.setdefault(referral.need_id, []).append((referral, lives[referral.id]))
        session.expunge_all()
    return needs, put


def kept_since(life: Life) -> date | None:
    """When an expert took it in charge and did not give it back."""
    taken = None
    for each in life:
        if each.after is ReferralState.TAKEN:
            taken = taken or day(each.changed_at)
        elif each.after is ReferralState.TO_TREAT:
            taken = None
    return taken


def recounted(only: set[int] | None = None, departments: set[str] | None = None) -> dict[str, int]:
    """The same figures, from the events; ``only``: what was put to these experts."""
    needs, put = events()
    found = dict.fromkeys([*METRICS], 0)
    del found["covered"]
    sirens = set()
    for need, asked in needs:
        lives = [each for each in put.get(need.id, []) if only is None or each[0].expert_id in only]
        if asked.verdict is CheckVerdict.ABUSE or (only is not None and not lives):
            continue
        if departments is not None and asked.department not in departments:
            continue
        last = [life[-1].after for _, life in lives]
        found["needs"] += 1
        sirens.add(asked.siren)
        found["exchanged"] += any(each in (ReferralState.HELPED, ReferralState.NO_HELP) for each in last)  # fmt: skip
        found["refused"] += ReferralState.NOT_MINE in last
        found["expired"] += ReferralState.EXPIRED in last
        found["rerouted"] += any(each.cause is not Cause.FIRST for each, _ in lives)
        silent = all(each in (ReferralState.TO_TREAT, ReferralState.EXPIRED) for each in last)
        found["unanswered"] += silent and need.withdrawn_at is None
        found["nobody"] += need.state is NeedState.NOBODY
        taken = min(filter(None, (kept_since(life) for _, life in lives)), default=None)
        for days, code in ((3, "three"), (5, "five")):
            limit = after(day(need.created_at), days, asked.department)
            in_time = taken is not None and taken <= limit
            gone = need.withdrawn_at is not None and day(need.withdrawn_at) <= limit
            if limit < today() and (in_time or not gone):
                found[f"due_{code}"] += 1
                found[code] += in_time
    return found | {"firms": len(sirens)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_figure_is_what_the_events_say(world: World, seed: int) -> None:
    experts = quality.draw(world, seed=seed, count=150)
    expected = recounted()
    assert figures(world, EVERYTHING, period()).figures == expected
    assert expected["three"] < expected["five"] < expected["due_five"]
    zone = QualityScope(departments=("67", "974"))
    assert figures(world, zone, period()).figures == recounted(departments={"67", "974"})
    with system() as session:
        antenne_id = session.get_one(Expert, experts[0]).antenne_id
    own = QualityScope(antennes=(antenne_id,))
    assert figures(world, own, period()).figures == recounted(only=set(experts[:2]))
    narrowed = replace(period(), antenne_id=antenne_id, department="21")
    assert figures(world, EVERYTHING, narrowed).figures == recounted(only=set(experts[:2]), departments={"21"})  # fmt: skip


def need(**said: Any) -> CountedNeed:
    known = {
        "need_id": 1,
        "siren": "1",
        "subject_id": 1,
        "department": "21",
        "state": NeedState.TO_TREAT,
    }
    return CountedNeed(**{**known, "start_on": date(2026, 4, 30), **said})


@pytest.mark.parametrize(
    ("department", "last"),
    # Thursday 30 April 2026; 1 and 8 May are off, the 27th of April is Abolition day nowhere near.
    [("21", date(2026, 5, 6)), ("67", date(2026, 5, 6))],
)
def test_three_working_days_jump_over_the_first_of_may(department: str, last: date) -> None:
    deadline = Deadlines().of(need(department=department), 3)
    assert deadline == last


def test_good_friday_is_worked_in_dijon_and_not_in_strasbourg() -> None:
    before = date(2026, 3, 31)
    assert Deadlines().of(need(start_on=before), 3) == date(2026, 4, 3)
    assert Deadlines().of(need(start_on=before, department="67"), 3) == date(2026, 4, 7)


def test_what_is_too_recent_or_was_taken_back_is_not_a_delay() -> None:
    monday = date(2026, 6, 1)
    old = need(start_on=monday - timedelta(days=30))
    needs = [
        need(start_on=monday),
        old,
        replace(old, taken_on=monday - timedelta(days=29)),
        replace(old, withdrawn_on=monday - timedelta(days=29)),
        replace(old, has_refusal=True, has_answer=True),
    ]
    tally = tallied(needs, today=monday, helped={}, deadlines=Deadlines())
    assert (tally.figures["due_three"], tally.figures["three"]) == (3, 1)
    assert tally.too_recent == {3: 1, 5: 1}


def test_a_rate_of_few_needs_is_not_told() -> None:
    few = [need(need_id=number, has_exchange=number < 10) for number in range(19)]
    assert tallied(few, today=today(), helped={}, deadlines=Deadlines()).share("exchanged") is None
    more = [*few, need(need_id=20)]
    assert tallied(more, today=today(), helped={}, deadlines=Deadlines()).share("exchanged") == 0.5
    page = presenters.page_of(few, [], {}, today=today(), subjects={1: "Un sujet"})
    exchanged = next(each for each in page.figures if each.metric.code == "quality_exchanged")
    assert (exchanged.value, "%" in exchanged.detail) == ("10", False)


def test_firms_that_say_they_were_helped_count_for_the_needs_of_the_page(world: World) -> None:
    quality.draw(world, seed=4, count=40)

    def said(_session: Session, _since: Any) -> dict[int, bool]:
        return {number: number % 2 == 0 for number in range(1, 1_000)}

    with queries.firms_said.holding(said):
        tally = figures(world, EVERYTHING, period())
    assert tally.figures["answers"] == tally.figures["needs"]
    assert 0 < tally.figures["satisfied"] < tally.figures["answers"]


def test_whoever_reads_has_the_figures_of_what_is_theirs(world: World) -> None:
    experts = quality.draw(world, seed=5, count=5)
    with system() as session:
        antenne_id = session.get_one(Expert, experts[0]).antenne_id
        session.add(AntenneManager(antenne_id=antenne_id, agent_id=world.bob))
    for agent_id, scope in (
        (world.team, EVERYTHING),
        (world.bob, QualityScope(antennes=(antenne_id,))),
        (world.carol, QualityScope()),
    ):
        with working_as(agent_id) as (session, who):
            found = queries.scope_of(session, who)
            assert replace(found, antennes=tuple(found.antennes)) == scope
    with working_as(world.manager) as (session, who):
        assert queries.scope_of(session, who) == QualityScope(departments=who.departments)


@contextmanager
def counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*said: Any) -> None:
        seen.append(said[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_twenty_thousand_needs_take_as_few_statements(world: World) -> None:
    quality.draw(world, seed=6, count=10)
    with system() as session:
        session.execute(text("""
            insert into solicitation (id, origin, siren, firm_name, commune, department, message, consent_how, consent_on, consent_by,
                created_at)
            select 1000 + n, 'guichet', lpad((n % 9000)::text, 9, '0'), 'Forges', '21231', '21', 'x', 'formulaire', current_date, 'x',
                   now() - (n % 60) * interval '1 day' from generate_series(1, 20000) n"""))  # fmt: skip
        session.execute(
            text("""
            insert into need (id, solicitation_id, subject_id, state, created_at)
            select s.id, s.id, (select min(id) from referral_subject), 'a_traiter', s.created_at from solicitation s
            where s.message = 'x'""")
        )
        session.execute(text("""
            insert into referral (id, need_id, expert_id, cause, why, sent_at, answer_by)
            select n.id, n.id, (select min(id) from expert), 'envoi', '{}', n.created_at, current_date from need n
            join solicitation s on s.id = n.solicitation_id where s.message = 'x'"""))  # fmt: skip
    with working_as(world.team) as (session, _), counted() as seen:
        needs, answers, _ = queries.counted_needs(session, EVERYTHING, period())
        page = presenters.page_of(needs, answers, {}, today=today(), subjects={})
    assert page.tally.figures["needs"] >= 20_000
    assert len(seen) <= 7, seen
