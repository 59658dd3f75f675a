"""Firms alike on the page of an accompagnement: numbers of eleven firms or more, never a name, never a cause."""

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from app.cases.queries import get_case
from app.core.access.identity import Nature
from app.core.journal import Event
from app.evidence.alike import jobs, queries, services
from app.evidence.alike.masking import Family
from app.evidence.alike.models import AlikeBlock, AlikeFigure, AlikeMember
from tests.factories import companies
from tests.factories.alike import build, support_several
from tests.factories.cases import open_case
from tests.factories.network import system, working_as
from tests.factories.people import World, newcomer
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

#: a debt of a month of contributions, of four
LIGHT, HEAVY = (
    {"cotisation": [100.0] * 6, "dette_patronale": [owed] * 6} for owed in (100.0, 400.0)
)


@pytest.fixture
def case_id(world: World) -> int:
    """The accompagnement of a firm of Côte-d’Or: metalwork, no difficulty recorded."""
    with system() as session:
        session.execute(
            text("update company set naf = '25.50A', workforce = 20 where siren = :siren"), {"siren": world.siren_21}
        )  # fmt: skip
    return open_case(world.alice, world.siret_21)


def page(client: InspectingClient, case_id: int) -> str:
    """What the page says, its text."""
    return client.page(f"/accompagnements/{case_id}/semblables").select_one("main").get_text(" ", strip=True)  # fmt: skip


def outcomes(agent_id: int, case_id: int) -> tuple[int, int, dict[str, tuple[int, int]]]:
    """What an agent reads: how many criteria are left out, how many firms, and how their accompagnements ended."""
    with working_as(agent_id) as (session, who):
        case = get_case(session, who, case_id)
        found = queries.find_alike(session, queries.find_likeness(session, case))
        assert found is not None
        lines = [line for line, _ in found.lines if line.family is Family.OUTCOME]
        return found.step, found.firms, {line.code: (line.low, line.high) for line in lines}


def test_under_eleven_firms_nothing_is_told_but_why(
    world: World, case_id: int, client: InspectingClient
) -> None:
    support_several(world, 10)
    assert build() == 0
    sign_in_as(client, world.alice)
    assert "Moins de 11 entreprises" in page(client, case_id)
    assert client.page(f"/accompagnements/{case_id}").select_one("#semblables a[href]") is not None


def test_firms_alike_are_counted_explained_and_never_named(
    world: World, case_id: int, client: InspectingClient
) -> None:
    support_several(world, 24)
    assert build() == 24
    said = page(sign_in_as(client, world.alice), case_id)
    assert "24 entreprises dont l’accompagnement était terminé le 30 juin 2026" in said
    assert "Ce n’est pas un effet" in said
    # 18 of 24, between 55 and 88 % (Wilson); 6 of 24, between 12 and 45 %.
    assert "18 sur 24 de 55 % à 88 %" in said.replace("\xa0", " ")
    assert "6 sur 24 de 12 % à 45 %" in said.replace("\xa0", " ")
    assert "Urssaf de 22 à 24 sur 24" in said
    assert "de 10 à 49 salariés" in said
    assert not {name for name in ("Firme", "700000") if name in said}
    assert client.get(f"/accompagnements/{case_id}/semblables").status_code == 200
    stranger = sign_in_as(client, world.stranger)
    assert stranger.get(f"/accompagnements/{case_id}/semblables").status_code == 404


def test_the_likeness_is_widened_step_by_step_and_says_so(
    world: World, case_id: int, client: InspectingClient
) -> None:
    support_several(world, 11, naf="41.20A")
    build()
    assert outcomes(world.alice, case_id)[:2] == (6, 11)
    assert "Toutes les entreprises accompagnées sont comptées" in page(
        sign_in_as(client, world.alice), case_id
    )
    # As many of its sector, but larger; then of its size too.
    support_several(world, 11, first=710_000_000, naf="11.01Z", workforce=900)
    build()
    assert outcomes(world.alice, case_id)[:2] == (5, 11)
    support_several(world, 12, first=720_000_000, naf="11.01Z")
    build()
    assert outcomes(world.alice, case_id)[:2] == (3, 12)
    said = page(client, case_id)
    assert "La ressemblance a été élargie" in said
    assert "l’activité précise, l’évolution de l’effectif sur un an, la dette Urssaf" in said


def test_the_debt_narrows_for_whoever_reads_it_alone(world: World, case_id: int) -> None:
    with system() as session:
        for code, values in HEAVY.items():
            companies.series(session, world.siret_21, code, values)
        others = newcomer(
            session,
            "dora",
            natures={"21": [nature for nature in Nature if nature is not Nature.URSSAF]},
        )
    support_several(world, 11, series=LIGHT)
    support_several(world, 13, first=710_000_000, series=HEAVY)
    assert build() == 24
    assert outcomes(world.alice, case_id)[:2] == (0, 13)
    # Without it, what is told is the same whatever the firm owes.
    assert outcomes(others, case_id)[:2] == (1, 24)
    with working_as(others) as (session, _who):
        assert session.scalar(text("select count(*) from alike_debt")) == 0


def test_what_was_told_never_changes_by_less_than_a_block(world: World, case_id: int) -> None:
    support_several(world, 24)
    build()
    before = outcomes(world.alice, case_id)
    # Ten more firms, one after another: none can be found by subtraction.
    for number in range(10):
        support_several(world, 1, first=710_000_000 + number)
        assert build() == 0
        assert outcomes(world.alice, case_id) == before
    support_several(world, 1, first=720_000_000)
    assert build() == 11
    assert build() == 0
    assert outcomes(world.alice, case_id)[1] == 35
    # An outcome that is revised later, an accompagnement deleted since: what was told stays.
    with system() as session:
        session.execute(text("delete from case_outcome where case_id > 5"))
    assert build() == 0
    assert outcomes(world.alice, case_id)[1] == 35


def test_nobody_reads_which_firms_are_in_a_block_nor_writes_any(world: World, case_id: int) -> None:
    support_several(world, 11)
    build()
    with working_as(world.alice) as (session, _who):
        assert session.scalar(select(func.count()).select_from(AlikeBlock)) == 1
        assert session.scalar(select(func.count()).select_from(AlikeMember)) == 0
    for statement in (
        "insert into alike_block (over_on, firms) values ('2026-06-30', 11)",
        "update alike_figure set low = 1",
        "delete from alike_member",
    ):
        with working_as(world.alice) as (session, _who), pytest.raises(ProgrammingError):
            _execute(session, statement)
    with system() as session, pytest.raises(IntegrityError, match="enough_firms"):
        _execute(session, "insert into alike_block (over_on, firms) values ('2026-06-30', 10)")


def _execute(session: Session, statement: str) -> None:
    session.execute(text(statement))


def test_each_night_the_half_year_that_is_settled_is_told_once_and_journaled(world: World) -> None:
    support_several(world, 12)
    jobs.build()
    jobs.build()
    (line,) = journaled(Event.ALIKE_BUILT)
    assert line.details["counts"] == {"blocks": 1, "firms": 12}
    assert line.details["as_of"] == "2026-06-30"
    with system() as session:
        assert (
            session.scalar(
                select(func.sum(AlikeFigure.low)).where(AlikeFigure.family == Family.DURATION)
            )
            == 12
        )


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 12, 1), date(2026, 6, 30)),
        (date(2027, 1, 29), date(2026, 6, 30)),
        (date(2027, 1, 30), date(2026, 12, 31)),
        (date(2026, 7, 29), date(2025, 12, 31)),
    ],
)
def test_a_half_year_is_settled_thirty_days_after_its_end(day: date, end: date) -> None:
    assert services.last_half_year(day) == end
