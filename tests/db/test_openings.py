"""A region opens once each point of its checklist is there, computed from what there is; it is closed with a reason."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import Executable, select, text, update

from app.core.access.identity import system_identity
from app.core.errors import DomainError
from app.core.now import at, today, utcnow
from app.messages.models import Email
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.directory.models import AntenneManager, Competence, Expert, ReferralFallback
from app.referrals.needs.models import NeedState, Origin, Solicitation
from app.referrals.needs.services import submit
from app.referrals.openings import queries, services
from app.referrals.openings.checklist import RegionPoint, checklist
from tests.factories.needs import solicitation
from tests.factories.network import system, working_as
from tests.factories.openings import REGION, open_region, plant_ready, region, try_mail
from tests.factories.people import World
from tests.factories.referrals import subject_ids


def points(world: World) -> Mapping[RegionPoint, bool]:
    with working_as(world.team) as (session, who):
        found = checklist(queries.load_known(session, who), REGION)
    return {each.point: each.is_met for each in found}


def missing(world: World) -> set[RegionPoint]:
    return {point for point, is_met in points(world).items() if not is_met}


def missing_to_vigie() -> set[RegionPoint]:
    """The same, whatever became of the rights of the team."""
    with system() as session:
        found = checklist(queries.load_known(session, system_identity("tests")), REGION)
    return {each.point for each in found if not each.is_met}


def is_open() -> bool:
    with system() as session:
        return queries.is_open(session, REGION)


def test_an_empty_directory_lacks_everything_but_the_team(world: World) -> None:
    assert missing(world) == set(RegionPoint) - {RegionPoint.TEAM}


def test_each_point_is_what_there_is(world: World) -> None:
    plant_ready(world)
    assert missing(world) == {RegionPoint.MAIL}
    try_mail(world, is_sent=False)
    assert missing(world) == {RegionPoint.MAIL}
    try_mail(world, is_sent=True)
    assert missing(world) == set()
    with at(utcnow() + timedelta(days=91)):
        assert missing_to_vigie() == {RegionPoint.MAIL}
    broken: dict[RegionPoint, Executable] = {
        RegionPoint.VERIFIED: update(Expert).values(verified_on=today() - timedelta(days=366)),
        RegionPoint.MANAGERS: update(AntenneManager).values(removed_at=utcnow()),
        RegionPoint.FALLBACK: update(ReferralFallback).values(ended_at=utcnow()),
        RegionPoint.COVERAGE: update(Competence)
        .where(Competence.subject_id.in_(subject_ids()[: len(subject_ids()) // 2]))
        .values(ended_at=utcnow()),
        RegionPoint.TEAM: text("update agent set suspended_at = now() where id = :id").bindparams(id=world.team),
    }  # fmt: skip
    lacking: set[RegionPoint] = set()
    for point, break_it in broken.items():
        with system() as session:
            session.execute(break_it)
        lacking.add(point)
        assert missing_to_vigie() == lacking


def test_a_commune_that_nobody_covers_is_counted(world: World) -> None:
    plant_ready(world, areas=["18"])
    with working_as(world.team) as (session, who):
        said = {each.point: each for each in checklist(queries.load_known(session, who), REGION)}
    # The Cher holds a sixth of the communes of the region.
    assert not said[RegionPoint.COVERAGE].is_met
    share = float(said[RegionPoint.COVERAGE].said.split("\u202f")[0].split("\xa0")[0].replace(",", "."))  # fmt: skip
    assert 12 < share < 20


def test_a_region_opens_when_it_is_ready_and_closes_with_a_reason(world: World) -> None:
    plant_ready(world)
    with pytest.raises(DomainError, match="courriel essayé"):
        open_region(world)
    assert not is_open()
    try_mail(world, is_sent=True)
    with pytest.raises(DomainError) as refused:
        open_region(world, reason=" ")
    assert refused.value.field == "reason"
    open_region(world)
    assert is_open()
    with pytest.raises(DomainError, match="déjà ouverte"):
        open_region(world)
    with working_as(world.team) as (session, who):
        services.decide(session, who, region(), is_open=False, reason="Plus personne à l’antenne")
        assert [each.is_open for each in queries.list_decisions(session, who, REGION)] == [False, True]  # fmt: skip
    assert not is_open()
    with working_as(world.team) as (session, _):
        assert not queries.is_open_in(session, "75056")


def test_a_closed_region_keeps_what_agents_send(world: World) -> None:
    plant_ready(world)
    asked = solicitation(origin=Origin.ADVISER, commune=gazetteer().find("18033"))
    with working_as(world.alice) as (session, who):
        number = submit(session, who, asked).id
    with system() as session:
        made = session.get_one(Solicitation, number)
        session.refresh(made, ["needs"])
        assert [need.state for need in made.needs] == [NeedState.TO_TREAT]


def test_the_test_email_goes_to_the_team_each_time_it_is_asked(world: World) -> None:
    for count in (1, 2):
        try_mail(world, is_sent=False)
        with system() as session:
            to = session.scalars(select(Email.agent_id).where(Email.dedup_key.startswith("region:")))  # fmt: skip
            assert list(to) == [world.team] * count


def test_only_the_team_decides_whatever_the_page_says(world: World) -> None:
    for agent_id in (world.alice, world.admin, world.manager):
        with (
            pytest.raises(Exception, match="row-level security"),
            working_as(agent_id) as (session, _),
        ):
            session.execute(
                text("insert into referral_region (region, is_open, reason, decided_by) values ('R24', true, 'x', :me)"),
                {"me": agent_id},
            )  # fmt: skip
