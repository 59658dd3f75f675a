"""What opens a firm's confidential data: to whom, which natures, until when; and who knows that it was in alert."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.cases import services as cases
from app.cases.models import Case, CaseMember, CaseState, MemberRole
from app.companies.models import Company, CompanyAlert
from app.companies.queries import get_establishment
from app.core import now
from app.core.access.identity import Nature, Role
from app.core.errors import DomainError
from app.core.journal import Event
from app.unlocks import queries, services
from app.unlocks.models import Unlock, UnlockScope
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.network import system, working_as
from tests.factories.people import ALL_NATURES, World, newcomer
from tests.factories.unlocks import MOTIVE, because, flag, flagged, indebted, reads
from tests.support.journaled import journaled

URSSAF, SCORE = Nature.URSSAF, Nature.SCORE


@pytest.fixture
def quiet(world: World) -> str:
    """A firm of Côte-d’Or that nothing opened, with a debt and a délai."""
    return indebted(world)


def test_an_accompagnement_on_a_closed_firm_takes_a_motive_and_opens_to_its_members_until_it_ends(
    world: World, quiet: str
) -> None:
    for motive in (None, because(""), because("oui"), services.Motive(source=None, text=MOTIVE)):
        with working_as(world.alice) as (session, who):
            establishment = get_establishment(session, who, world.siret_21_quiet)
            with pytest.raises(DomainError):
                cases.open_case(session, who, establishment, motive=motive)
    assert reads(world.alice, quiet) == []
    case_id = open_case(world.alice, world.siret_21_quiet)
    add_member(world.alice, case_id, world.bob)
    assert reads(world.alice, quiet) == reads(world.bob, quiet) == sorted(ALL_NATURES)
    # Their colleagues of the zone are no members.
    assert reads(world.carol, quiet) == reads(world.manager, quiet) == []
    add_member(world.alice, case_id, world.bob, role=MemberRole.REFERENT)
    close_case(world.bob, case_id)
    assert reads(world.alice, quiet) == reads(world.bob, quiet) == []
    assert [line.actor_id for line in journaled(Event.UNLOCK_ENDED)] == [world.bob]


@pytest.mark.parametrize("siren", ["siren_21", "siren_21_quiet"])
def test_an_accompagnement_opens_by_an_unlock_of_its_firm_given_to_its_members(
    world: World, quiet: str, siren: str
) -> None:
    """Rows that no service writes: it stands on an unlock of another firm, or on one of the zone, past its days."""
    flagged(world.bob, quiet, days_ago=40)
    with system() as session:
        past = session.scalars(select(Unlock).where(Unlock.siren == quiet)).one()
        session.add(
            of_another := Unlock(
                siren=world.siren_21, departments=["21"], agent_id=world.alice, network_id=past.network_id,
                scope=UnlockScope.CASE, source=past.source, motive=MOTIVE, opened_at=now.utcnow(),
            )
        )  # fmt: skip
        session.flush()
        unlock = past if siren == "siren_21_quiet" else of_another
        session.add(
            Case(
                siret=world.siret_21_quiet, siren=quiet, department="21", state=CaseState.EN_COURS, opened_on=now.today(),
                opened_by=world.alice, unlock_id=unlock.id, members=[CaseMember(agent_id=world.alice, role=MemberRole.REFERENT)],
            )
        )  # fmt: skip
    assert reads(world.alice, quiet) == []


@pytest.mark.parametrize("way", ["case", "flag", "unlock"])
def test_only_the_natures_held_where_the_firm_works_are_opened(
    world: World, quiet: str, way: str
) -> None:
    with system() as session:
        emma = newcomer(session, "emma", natures={"21": [SCORE], "75": [URSSAF]})
    if way == "case":
        open_case(emma, world.siret_21_quiet)
    elif way == "flag":
        flag(emma, quiet)
    else:
        with working_as(emma) as (session, who):
            services.open_unlock(session, who, session.get_one(Company, quiet), because())
    assert reads(emma, quiet) == [SCORE]


@pytest.mark.parametrize("comment", ["", "x", "à voir"])
def test_a_signal_takes_a_motive(world: World, quiet: str, comment: str) -> None:
    with pytest.raises(DomainError) as refused:
        flag(world.alice, quiet, comment)
    assert refused.value.field == "comment"
    assert reads(world.alice, quiet) == []


def test_a_signal_opens_to_the_zone_for_thirty_days(world: World, quiet: str) -> None:
    flagged(world.alice, quiet, days_ago=31)
    assert reads(world.alice, quiet) == reads(world.bob, quiet) == []
    flag(world.alice, quiet)
    everything = sorted(ALL_NATURES)
    assert reads(world.alice, quiet) == reads(world.bob, quiet) == everything
    assert reads(world.stranger, quiet) == []
    # One person's word, even said twice, ends with its author's unlock.
    with working_as(world.alice) as (session, who):
        (last, *_) = queries.page_of_mine(session, who, None).rows
        services.end_unlock(session, who, last)
    assert reads(world.alice, quiet) == reads(world.bob, quiet) == []


def test_two_people_who_flag_a_firm_open_it_for_good(world: World, quiet: str) -> None:
    flagged(world.alice, quiet, days_ago=200)
    flagged(world.alice, quiet, days_ago=150)
    assert reads(world.carol, quiet) == []
    flagged(world.bob, quiet, days_ago=100)
    assert reads(world.carol, quiet) == sorted(ALL_NATURES)


def test_the_managers_of_the_network_read_every_opening(world: World, quiet: str) -> None:
    open_case(world.alice, world.siret_21_quiet)
    flag(world.carol, quiet)
    flag(world.bob, quiet)
    with working_as(world.manager) as (session, who):
        rows = queries.page_of_network(session, who, None).rows
        assert [(row.agent_id, row.scope) for row in rows] == [
            (world.carol, UnlockScope.ZONE),
            (world.alice, UnlockScope.CASE),
        ]
        assert {row.motive for row in rows} == {MOTIVE}


def test_what_nobody_would_oversee_is_not_opened(world: World, quiet: str) -> None:
    with system() as session:
        alone = newcomer(session, "alone", natures={"21": [URSSAF]}, networks=["codefi"])
    with pytest.raises(DomainError, match="aucun réseau"):
        flag(alone, quiet)
    with pytest.raises(DomainError, match="aucun réseau"):
        open_case(alone, world.siret_21_quiet)


def test_the_end_of_an_opening_is_its_authors_and_its_members(world: World, quiet: str) -> None:
    open_case(world.alice, world.siret_21_quiet)
    for other in (world.carol, world.manager, world.stranger):
        with working_as(other) as (session, _):
            ended = session.execute(text("update unlock set ended_at = now()"))
            assert ended.rowcount == 0  # type: ignore[attr-defined]
    with (
        working_as(world.alice) as (session, _),
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        session.execute(text("update unlock set scope = 'zone'"))


# The fact of an alert is read with the score.


def test_the_first_alert_is_read_with_the_score_alone(world: World) -> None:
    with system() as session:
        urssaf = newcomer(session, "urssaf", natures={"21": [URSSAF]})
        score = newcomer(session, "score", natures={"21": [SCORE]})

    def known(agent_id: int) -> set[str]:
        with working_as(agent_id) as (session, _):
            return {row.siren for row in session.query(CompanyAlert)}

    assert known(score) == known(world.alice) == {world.siren_21}
    assert known(world.stranger) == {world.siren_75}
    assert known(urssaf) == known(world.admin) == known(world.correspondent) == set()
    # What it opens is read all the same.
    with working_as(urssaf) as (session, _):
        assert session.get_one(Company, world.siren_21).readable == [URSSAF]


def test_the_rule_says_nothing_of_the_natures_or_zones_of_others(world: World) -> None:
    with system() as session:
        urssaf = newcomer(session, "urssaf", natures={"21": [URSSAF]})
        overseer = newcomer(session, "chef", natures={"21": []}, roles=[Role.AGENT, Role.MANAGER])
    question = text("select n, vigie_reads(:siren, n) from unnest(:natures ::text[]) n")
    for agent_id, siren, told in (
        (urssaf, world.siren_21, {"urssaf"}),
        (urssaf, world.siren_75, set()),
        (overseer, world.siren_21, set()),
        (world.admin, world.siren_21, set()),
    ):
        with working_as(agent_id) as (session, _):
            rows = session.execute(question, {"siren": siren, "natures": ALL_NATURES})
            assert {nature for nature, is_read in rows if is_read} == told


def test_an_unlock_names_no_scope_it_does_not_have(world: World) -> None:
    """Thirty days at most, but for an accompagnement, which ends otherwise."""
    with working_as(world.alice) as (session, who):
        for scope, expires in (("zone", None), ("agent", None), ("case", now.utcnow())):
            unlock = Unlock(
                siren=world.siren_21_quiet, departments=["21"], agent_id=world.alice, network_id=who.own_network_id,
                scope=scope, source="interne", motive=MOTIVE, opened_at=now.utcnow(), expires_at=expires,
            )  # fmt: skip
            session.add(unlock)
            with pytest.raises(IntegrityError, match="at_most_thirty_days"):
                session.flush()
            session.rollback()
