"""Invited to an accompagnement: a guest reads what their host lends, no more and no longer."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.cases.members import services as membership
from app.cases.models import MemberRole
from app.cases.queries import get_case
from app.companies import grounds
from app.companies.queries import get_company
from app.core.access.identity import Nature
from tests.factories.cases import add_member, close_case, open_case
from tests.factories.network import network_id, system, working_as
from tests.factories.people import ALL_NATURES, World, newcomer
from tests.factories.unlocks import MOTIVE, end_last_unlock, flag, indebted, reads, unlock

URSSAF, SCORE = Nature.URSSAF, Nature.SCORE
EVERYTHING = sorted(ALL_NATURES)


@pytest.fixture
def quiet(world: World) -> str:
    """A firm of Côte-d’Or that nothing opened, with a debt and a délai."""
    return indebted(world)


def test_a_guest_reads_no_more_than_their_host(world: World, quiet: str) -> None:
    with system() as session:
        emma = newcomer(session, "emma", natures={"21": [SCORE]})
    case_id = open_case(emma, world.siret_21_quiet)
    # He holds everything in Paris, and nothing in Côte-d’Or.
    add_member(emma, case_id, world.stranger)
    assert reads(world.stranger, quiet) == [SCORE]
    with working_as(world.stranger) as (session, _), pytest.raises(ProgrammingError):
        session.execute(text("update case_member set natures = '{urssaf}'"))
    with (
        working_as(emma) as (session, _),
        pytest.raises(ProgrammingError, match="row-level security"),
    ):
        session.execute(
            text(
                "insert into case_member (case_id, agent_id, role, natures)"
                f" values ({case_id}, {world.manager}, 'participant', '{{urssaf}}')"
            )
        )


def test_nobody_invites_themselves(world: World, quiet: str) -> None:
    with system() as session:
        emma = newcomer(session, "emma", natures={"21": [SCORE], "75": [URSSAF]})
    case_id = open_case(emma, world.siret_21_quiet)
    with working_as(emma) as (session, who):
        case = get_case(session, who, case_id)
        membership.add_member(session, who, case, agent_id=emma, role=MemberRole.REFERENT)
    assert reads(emma, quiet) == [SCORE]


def test_what_a_host_lends_of_their_own_unlock_ends_with_it(world: World, quiet: str) -> None:
    unlock(world.alice, quiet)
    case_id = open_case(world.alice, world.siret_21_quiet)
    add_member(world.alice, case_id, world.stranger)
    assert reads(world.stranger, quiet) == EVERYTHING
    # A colleague of the host opens nothing to the guest: only members do.
    unlock(world.carol, quiet)
    end_last_unlock(world.alice)
    assert reads(world.stranger, quiet) == reads(world.alice, quiet) == []
    add_member(world.alice, case_id, world.carol)
    assert reads(world.stranger, quiet) == EVERYTHING


def test_what_a_signal_opened_to_a_guest_ends_with_it(world: World, quiet: str) -> None:
    flag(world.alice, quiet)
    case_id = open_case(world.alice, world.siret_21_quiet)
    add_member(world.alice, case_id, world.stranger)
    assert reads(world.stranger, quiet) == EVERYTHING
    end_last_unlock(world.alice)
    assert reads(world.stranger, quiet) == reads(world.alice, quiet) == []


def test_a_guest_is_told_of_the_alert_that_they_read(world: World) -> None:
    with system() as session:
        urssaf = newcomer(session, "urssaf", natures={"75": [URSSAF]})
    case_id = open_case(world.alice, world.siret_21)
    for guest, told in ((world.stranger, True), (urssaf, None)):
        add_member(world.alice, case_id, guest)
        with working_as(guest) as (session, who):
            company = get_company(session, who, world.siren_21)
            assert grounds.grounds(who, company).was_in_alert is told
    close_case(world.alice, case_id)
    with working_as(world.stranger) as (session, who):
        assert get_company(session, who, world.siren_21).first_alert_on is None


@pytest.mark.parametrize(
    "forged",
    [
        (
            "insert into unlock (agent_id, siren, departments, network_id, scope, source, motive, opened_at, expires_at)"
            " values ({alice}, '{siren}', '{{21}}', {crp}, 'zone', 'interne', '{motive}', now(), now() + interval '1 day')"
        ),
        (
            "insert into human_signal (author_id, siren, departments, source, comment)"
            " values ({alice}, '{siren}', '{{21}}', 'dirigeant', '{motive}')"
        ),
        (
            "insert into support_case (siret, siren, department, state, opened_on, opened_by)"
            " values ('{siret}', '{siren}', '21', 'en_cours', current_date, {alice})"
        ),
    ],
    ids=["unlock", "signal", "accompagnement"],
)
def test_a_firm_of_elsewhere_is_not_opened_by_saying_that_it_is_here(
    world: World, forged: str
) -> None:
    said = {"alice": world.alice, "crp": network_id("crp"), "motive": MOTIVE}
    elsewhere = forged.format(siren=world.siren_75, siret=world.siret_75, **said)
    here = forged.format(siren=world.siren_21, siret=world.siret_21, **said)
    with working_as(world.alice) as (session, _):
        session.execute(text(here))
        with pytest.raises(ProgrammingError, match="row-level security"), session.begin_nested():
            session.execute(text(elsewhere))


def test_an_accompagnement_neither_moves_nor_stands_on_something_else(
    world: World, quiet: str
) -> None:
    case_id = open_case(world.alice, world.siret_21_quiet)
    for column, value in (("siren", f"'{world.siren_21}'"), ("unlock_id", "null")):
        with (
            working_as(world.alice) as (session, _),
            pytest.raises(ProgrammingError, match="permission denied"),
        ):
            session.execute(
                text(f"update support_case set {column} = {value} where id = {case_id}")
            )
