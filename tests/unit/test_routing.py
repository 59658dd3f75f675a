"""To whom a need goes, on directories drawn at random, against a slow reading of the rules; and each rule on one of its own."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.criteria import Criteria, FirmCondition, FirmFacts, in_force
from app.referrals.routing.cards import (
    AntenneCard,
    Away,
    Directory,
    ExpertCard,
    FallbackCard,
    Need,
    Place,
    place_of,
)
from app.referrals.routing.engine import (
    GapKind,
    Proposal,
    Rejection,
    WhyNot,
    explain,
    route,
)
from app.referrals.routing.simulation import simulate
from tests.unit.reference_routing import expected

DAY = date(2026, 12, 1)
PLACES = (
    Place(name="Dijon", within=("21231", "E", "21", "R27", "FR")),
    Place(name="Paris", within=("75056", "75", "R11", "FR"), parts=frozenset({"75101", "75102"})),
    Place(name="Paris 1er", within=("75101", "75056", "75", "R11", "FR")),
)
AREAS = ("21231", "E", "21", "R27", "FR", "75056", "75101", "75102", "75", "R11", "13")
NAFS = ("25", "2550A", "43")
DAYS = [date(2026, 11, 30), DAY, date(2026, 12, 2)]

bounds = st.none() | st.integers(0, 30)
criteria = st.builds(
    Criteria,
    workforce_min=bounds,
    workforce_max=bounds,
    naf_accepted=st.lists(st.sampled_from(NAFS), max_size=1).map(tuple),
    naf_excluded=st.lists(st.sampled_from(NAFS), max_size=1).map(tuple),
    debt=st.sampled_from([None, None, True, False]),
)
absences = st.builds(
    Away, starts_on=st.sampled_from(DAYS), ends_on=st.sampled_from(DAYS), delegate_id=st.none() | st.integers(1, 8)
)  # fmt: skip
experts = st.builds(
    ExpertCard,
    id=st.just(0),
    name=st.just("Fictif"),
    antenne_id=st.integers(1, 3),
    subjects=st.sets(st.integers(1, 3), max_size=3).map(lambda ids: dict.fromkeys(ids, "Aide")),
    areas=st.frozensets(st.sampled_from(AREAS), max_size=3),
    criteria=criteria | st.just(Criteria()),
    limited=st.lists(
        st.tuples(st.frozensets(st.integers(1, 3), min_size=1), criteria), max_size=2
    ).map(tuple),
    absences=st.lists(absences, max_size=1).map(tuple),
    capacity=st.sampled_from([None, None, 1, 2]),
    load=st.integers(0, 2),
    is_archived=st.sampled_from([False, False, False, True]),
)
fallbacks = st.builds(
    FallbackCard, id=st.integers(1, 99), expert_id=st.integers(1, 8), area=st.sampled_from(AREAS),
    subject_id=st.none() | st.integers(1, 3),
)  # fmt: skip
facts = st.builds(
    FirmFacts,
    workforce=st.none() | st.integers(0, 20).flatmap(
        lambda low: st.tuples(st.just(low), st.none() | st.integers(low, 40))
    ),
    naf=st.sampled_from([None, *NAFS]),
    has_debt=st.sampled_from([None, True, False]),
)  # fmt: skip
needs = st.builds(
    Need, subject_id=st.integers(1, 4), place=st.sampled_from([*PLACES, None]), day=st.just(DAY), facts=facts
)  # fmt: skip


@st.composite
def directories(draw: st.DrawFn, *, is_crowded: bool = False) -> Directory:
    """Up to eight experts of three antennes, one of which puts a need to one or two experts alone.

    ``is_crowded``: all of them answer everywhere for every subject, so that criteria, absences, capacities and loads decide.
    """
    drawn = draw(st.lists(experts, min_size=4 if is_crowded else 0, max_size=8))
    if is_crowded:
        everything = {1: "Aide", 2: "Aide", 3: "Aide"}
        drawn = [replace(each, subjects=everything, areas=each.areas | {"FR"}) for each in drawn]
    known = {number: replace(each, id=number) for number, each in enumerate(drawn, start=1)}
    most = draw(st.sampled_from([None, 1, 2]))
    antennes = {n: AntenneCard(id=n, name="A", institution="I", most=most if n == 1 else None) for n in (1, 2, 3)}  # fmt: skip
    last = draw(st.lists(fallbacks, max_size=2, unique_by=lambda each: each.id))
    return Directory(subjects={1: "Un", 2: "Deux", 3: "Trois"}, antennes=antennes, experts=known, fallbacks=last)  # fmt: skip


sparse_or_crowded = directories() | directories(is_crowded=True)


@settings(max_examples=160)
@given(need=needs, directory=sparse_or_crowded)
def test_the_engine_says_what_the_rules_say_and_every_need_has_somebody_or_a_named_reason(
    need: Need, directory: Directory
) -> None:
    routing = route(need, directory)
    chosen, why = expected(need, directory)
    assert routing.expert_ids == chosen
    assert (routing.gap is None) == bool(chosen)
    assert route(need, directory) == routing
    assert not chosen & {each.expert_id for each in routing.rejections}
    if routing.gap in {GapKind.EMPTY, GapKind.SUBJECT, GapKind.PLACE}:
        return
    for expert_id, reason in why.items():
        if expert_id not in chosen:
            said = explain(need, directory, routing, expert_id)
            assert isinstance(said, Rejection)
            assert said.refusal.value == reason


@settings(max_examples=100)
@given(need=needs, directory=sparse_or_crowded)
def test_nobody_is_proposed_outside_the_subject_the_territory_or_the_criteria(
    need: Need, directory: Directory
) -> None:
    for proposal in route(need, directory).proposals:
        expert = directory.experts[proposal.expert_id]
        assert not expert.is_archived
        assert not expert.away_on(DAY)
        assert need.place is not None
        if proposal.is_fallback:
            assert proposal.area in need.place.within
            continue
        answering = directory.experts[proposal.stands_for or expert.id]
        assert proposal.area in answering.areas
        assert proposal.area in {*need.place.within, *need.place.parts}
        assert need.subject_id in expert.subjects
        check = expert.criteria_for(need.subject_id).against(need.facts, DAY)
        assert not check.failed
        assert set(proposal.check.unknown) == set(check.unknown)


@settings(max_examples=100)
@given(need=needs, directory=sparse_or_crowded, newcomer=experts)
def test_whoever_is_added_takes_a_place_by_the_two_declared_rules_alone(
    need: Need, directory: Directory, newcomer: ExpertCard
) -> None:
    added = replace(newcomer, id=9)
    before, after = route(need, directory), route(need, directory.with_experts([added]))
    for lost in before.expert_ids - after.expert_ids:
        was_fallback = any(p.is_fallback for p in before.proposals if p.expert_id == lost)
        is_limited = directory.antennes[added.antenne_id].most is not None
        is_neighbour = directory.experts[lost].antenne_id == added.antenne_id
        assert was_fallback or (is_limited and is_neighbour)


def one(**said: object) -> Directory:
    """A directory of one expert of Dijon."""
    values: dict[str, object] = {
        "id": 1, "name": "Fictif", "antenne_id": 1, "subjects": {1: "Aide"}, "areas": frozenset({"21231"})
    }  # fmt: skip
    expert = ExpertCard(**{**values, **said})  # type: ignore[arg-type]
    return Directory(
        subjects={1: "Un", 2: "Deux"}, antennes={1: AntenneCard(id=1, name="A", institution="I")}, experts={1: expert}
    )  # fmt: skip


DIJON = Need(subject_id=1, place=PLACES[0], day=DAY)


@pytest.mark.parametrize(
    ("need", "directory", "gap"),
    [
        (DIJON, replace(one(), experts={}), GapKind.EMPTY),
        (DIJON, one(is_archived=True), GapKind.EMPTY),
        (replace(DIJON, subject_id=7), one(), GapKind.SUBJECT),
        (replace(DIJON, place=None), one(), GapKind.PLACE),
        (replace(DIJON, subject_id=2), one(), GapKind.NOBODY),
        (DIJON, one(areas=frozenset()), GapKind.NOWHERE),
        (DIJON, one(capacity=1, load=1), GapKind.REJECTED),
    ],
)
def test_a_need_without_anybody_says_why(need: Need, directory: Directory, gap: GapKind) -> None:
    assert route(need, directory).gap is gap


def test_whoever_is_full_and_the_last_resort_is_proposed_and_not_set_aside_as_well() -> None:
    last = [FallbackCard(id=1, expert_id=1, area="21231")]
    routing = route(DIJON, replace(one(capacity=1, load=1), fallbacks=last))
    assert [each.is_fallback for each in routing.proposals] == [True]
    assert routing.rejections == ()


def test_a_fact_that_nobody_knows_or_a_band_that_a_bound_cuts_is_to_be_checked() -> None:
    twelve = FirmFacts(workforce=(10, 19))
    for wanted in (Criteria(workforce_min=15), Criteria(workforce_max=15), Criteria(age_min=3)):
        (proposal,) = route(replace(DIJON, facts=twelve), one(criteria=wanted)).proposals
        assert len(proposal.check.unknown) == 1
    (rejection,) = route(replace(DIJON, facts=twelve), one(criteria=Criteria(workforce_min=20))).rejections  # fmt: skip
    assert (rejection.refusal, rejection.failed) == (WhyNot.CRITERIA, (FirmCondition.WORKFORCE,))


def test_age_is_counted_in_whole_years_and_codes_by_their_beginning() -> None:
    wanted = Criteria(age_min=3, legal_accepted=("57",), procedures=("in_bonis",), first=True)
    facts = FirmFacts(
        created_on=date(2023, 12, 2), legal_category="5710", procedure="in_bonis", is_first=True
    )
    assert wanted.against(facts, DAY).failed == (FirmCondition.AGE,)
    assert len(wanted.against(replace(facts, created_on=date(2023, 12, 1)), DAY).met) == 4
    assert Criteria(naf_excluded=("25",)).against(FirmFacts(naf="25.50A"), DAY).failed


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Criteria(workforce_min=50, workforce_max=10), "workforce_min"), (Criteria(age_min=5, age_max=2), "age_min"),
        (Criteria(naf_accepted=("2550",), naf_excluded=("25",)), "naf_accepted"), (Criteria(age_min=-1), "age_min"),
    ],
)  # fmt: skip
def test_conditions_that_contradict_are_refused(wanted: Criteria, field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        wanted.require_possible()
    assert refusal.value.field == field


def test_an_arrondissement_answers_for_the_commune_to_be_checked_and_not_for_its_neighbour() -> (
    None
):
    known = gazetteer()
    first = one(areas=frozenset({"75101"}))
    paris, neighbour = known.find("75056"), known.find("75102")
    assert paris is not None
    assert neighbour is not None
    (proposal,) = route(replace(DIJON, place=place_of(known, paris)), first).proposals
    assert isinstance(proposal, Proposal)
    assert proposal.is_area_unsure
    assert route(replace(DIJON, place=place_of(known, neighbour)), first).gap is GapKind.NOWHERE


def test_a_change_is_simulated_before_it_is_made() -> None:
    before = one()
    second = replace(before.experts[1], id=2)
    gone = before.with_experts([replace(before.experts[1], is_archived=True)])
    needs = [DIJON, DIJON, replace(DIJON, subject_id=2)]
    lost = simulate(needs, before, gone)
    assert (lost.tried, lost.nowhere, lost.elsewhere, lost.found, lost.same) == (3, 2, 0, 0, 1)
    assert simulate(needs, before, gone.with_experts([second])).elsewhere == 2
    assert simulate(needs, gone, before).found == 2
    assert lost.examples[0].after.gap is GapKind.EMPTY


def test_a_delegate_has_room_an_antenne_keeps_the_least_busy_and_the_subject_s_fallback_comes_first() -> (
    None
):
    away = one(absences=(Away(starts_on=DAY, ends_on=DAY, delegate_id=2),))
    full = replace(away.experts[1], id=2, absences=(), areas=frozenset({"13"}), capacity=1, load=1)
    assert route(DIJON, away.with_experts([full])).gap is GapKind.REJECTED
    assert route(DIJON, away.with_experts([replace(full, load=0)])).expert_ids == {2}
    busy = one(load=2)
    two = busy.with_experts([replace(busy.experts[1], id=2, load=1)])
    limited = replace(two, antennes={1: AntenneCard(id=1, name="A", institution="I", most=1)})
    assert route(DIJON, limited).expert_ids == {2}
    last = [
        FallbackCard(id=1, expert_id=1, area="21231"),
        FallbackCard(id=2, expert_id=2, area="FR", subject_id=2),
    ]
    second = replace(DIJON, subject_id=2)
    assert route(second, replace(two, fallbacks=last)).expert_ids == {2}
    assert route(second, replace(two, fallbacks=last[:1])).expert_ids == {1}


def test_criteria_of_some_subjects_leave_out_nobody_for_the_others() -> None:
    twelve = FirmFacts(workforce=(12, 12))
    small = ((frozenset({1}), Criteria(workforce_max=10)),)
    directory = one(limited=small, subjects={1: "Aide", 2: "Aide"})
    assert route(replace(DIJON, facts=twelve), directory).gap is GapKind.REJECTED
    assert route(replace(DIJON, subject_id=2, facts=twelve), directory).expert_ids == {1}
    general = one(
        limited=small, criteria=Criteria(workforce_max=11), subjects={1: "Aide", 2: "Aide"}
    )
    assert route(replace(DIJON, subject_id=2, facts=twelve), general).gap is GapKind.REJECTED


def test_the_nearest_criteria_hold_then_those_of_the_antenne() -> None:
    own, antenne = {"workforce_max": 10}, {"workforce_max": 20}
    for levels, general, limited in (
        (((own, []), (antenne, [])), 10, {}),
        ((({}, []), (antenne, [2])), None, {2: 20}),
        (((own, [1]), (antenne, [])), 20, {1: 10}),
        (((own, [1]), (antenne, [1, 2])), None, {1: 10, 2: 20}),
    ):
        criteria, several = in_force(*levels)
        expert = one(criteria=criteria, limited=several).experts[1]
        assert criteria.workforce_max == general
        assert {n: expert.criteria_for(n).workforce_max for n in limited} == limited
