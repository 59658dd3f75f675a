"""All of Sirene: what is active or referred to is held, figures are those of the perimeter, and a second month touches what changed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.companies import queries as companies
from app.companies.models import Company, CompanySeries, Establishment, ProcedureEvent
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.imports.intake import pipeline
from app.imports.intake.pipeline import LoadOutcome
from app.imports.intake.rehearsal import rehearse
from app.imports.models import BatchFile
from app.search import queries as search
from scoring.data.perimeter_rule import REASONS
from scoring.data.sources.report import FileReport
from tests.factories.cases import open_case
from tests.factories.network import follow, working_as, write_comment
from tests.factories.partner_files import ESTABLISHMENTS, SEAT, SIREN, UNITS
from tests.factories.people import World
from tests.factories.stock import (
    GONE,
    JUDGED,
    JUDGED_SEAT,
    MORE_PLACES,
    MORE_UNITS,
    SMALL,
    SMALL_SEAT,
    TAKEN_OVER,
    write_stock,
)
from tests.factories.unlocks import flag

SYSTEM = system_identity("tests")
CLOSED_UNIT = "entreprise fermée à laquelle rien ne se réfère"
CLOSED_PLACE = "établissement fermé auquel rien ne se réfère"

Load = Callable[..., LoadOutcome]


@pytest.fixture
def load(app: TransactionalFlask, fresh_database: None, tmp_path: Path) -> Load:
    """Load a month into an instance of its own."""

    def loaded(**changed: str) -> LoadOutcome:
        files = write_stock(tmp_path / "files", **changed)
        return pipeline.load(SYSTEM, directory=files, home=tmp_path / "home")

    return loaded


def report(outcome: LoadOutcome, source: str) -> FileReport:
    return next(a.report for a in outcome.accounts if a.received.source == source)


def held(session: Session) -> tuple[set[str], set[str]]:
    """The firms and the establishments that the portal holds, those of the world apart."""
    of_world = {"100000009", "200000008", "300000007"} - {SIREN}
    firms = set(session.scalars(select(Company.siren))) - of_world
    places = {s for s in session.scalars(select(Establishment.siret)) if s[:9] not in of_world}
    return firms, places


def test_the_active_and_what_something_refers_to_are_held(load: Load) -> None:
    load()
    with unit_of_work(SYSTEM) as session:
        firms, places = held(session)
        assert firms == {SIREN, SMALL, JUDGED}
        assert places == {SEAT, "10000000900016", TAKEN_OVER, SMALL_SEAT, JUDGED_SEAT}
        judged = session.get_one(Company, JUDGED)
        # Its head office tells where it was.
        assert (judged.is_active, judged.department, judged.commune) == (False, "21", "Beaune")
        assert judged.departments == ["21"]
        small = session.get_one(Company, SMALL)
        assert (small.is_active, small.in_perimeter, small.workforce) == (True, False, 3.0)


def test_what_is_left_out_is_counted_with_its_reason_and_tried_first(
    load: Load, tmp_path: Path
) -> None:
    files = write_stock(tmp_path / "files")
    trial = rehearse(SYSTEM, directory=files, home=tmp_path / "home")
    outcome = load()

    small = {REASONS["too_small"]: 1}
    told = {
        "sirene_ul": {CLOSED_UNIT: 1},
        "sirene_etab": {CLOSED_PLACE: 3},
        "effectif": small,
        "cotisation": {REASONS["too_small"]: 2},
    }
    for account in outcome.accounts:
        reasons = told.get(account.received.source, {})
        assert account.report.left_out == reasons, account.received.source
        assert account.report.outside == sum(reasons.values())
        assert account.report.rows == account.report.valid + account.report.outside
    assert {r.file: (r.valid, r.outside, r.left_out) for r in trial.reports} == {
        a.report.file: (a.report.valid, a.report.outside, a.report.left_out)
        for a in outcome.accounts
    }
    with unit_of_work(SYSTEM) as session:
        written = session.scalars(select(BatchFile).where(BatchFile.source == "sirene_ul")).one()
        assert (written.left_out, written.report.left_out) == ({CLOSED_UNIT: 1}, {CLOSED_UNIT: 1})
    assert f"1 × {CLOSED_UNIT}" in report(outcome, "sirene_ul").details


def test_a_firm_of_three_people_is_found_opened_followed_flagged_and_supported(
    load: Load, world: World
) -> None:
    load()
    with working_as(world.alice) as (session, alice):
        page = search.page_of_companies(session, alice, "trois compagnons", cursor=None)
        assert [firm.siren for firm in page.rows] == [SMALL]
        assert companies.get_company(session, alice, SMALL).name == "Menuiserie Trois Compagnons"
        places = companies.list_establishments(session, alice, SMALL)
        assert [row.siret for row in places.rows] == [SMALL_SEAT]
    follow(world.alice, SMALL)
    write_comment(world.alice, SMALL, to="crp")
    flag(world.alice, SMALL)
    assert open_case(world.alice, SMALL_SEAT)


def test_figures_are_those_of_the_perimeter_and_of_the_firms_that_somebody_follows(
    load: Load, world: World
) -> None:
    load()
    assert series_of(SMALL) == set()
    assert series_of(SIREN)
    follow(world.alice, SMALL)
    # The next month, whatever it changes.
    outcome = load(units=(UNITS + MORE_UNITS).replace("Maison disparue", "Maison oubliee"))
    assert outcome.error is None
    assert series_of(SMALL) >= {"effectif", "cotisation"}


def test_without_the_workforce_nothing_is_outside_the_perimeter(
    app: TransactionalFlask, fresh_database: None, tmp_path: Path
) -> None:
    files = write_stock(tmp_path / "files")
    (files / "sigfaible_effectif_siren.csv").unlink()
    outcome = pipeline.load(SYSTEM, directory=files, home=tmp_path / "home")
    assert report(outcome, "cotisation").left_out == {}
    assert series_of(SMALL) >= {"effectif", "cotisation"}


def test_a_second_month_touches_what_changed_and_nothing_else(load: Load) -> None:
    load()
    before = versions()
    units = (UNITS + MORE_UNITS).replace("Trois Compagnons", "Quatre Compagnons")
    places = (ESTABLISHMENTS + MORE_PLACES).replace(
        "100000009,00016,false,2010-01-01,,2", "100000009,00016,false,2010-01-01,,4"
    )
    load(units=units, establishments=places)
    after = versions()
    assert {key for key in before if before[key] != after[key]} == {SMALL, "10000000900016"}
    assert before.keys() == after.keys()
    assert found("quatre compagnons") == {SMALL}
    assert found("trois compagnons") == set()


def test_a_firm_that_closes_stays_once_the_portal_holds_it(load: Load) -> None:
    load()
    closed = (UNITS + MORE_UNITS).replace("43.32A,NAFRev2,A", "43.32A,NAFRev2,C")
    places = (ESTABLISHMENTS + MORE_PLACES).replace("BEAUNE,,21054,A", "BEAUNE,,21054,F")
    outcome = load(units=closed, establishments=places)
    assert report(outcome, "sirene_ul").left_out == {CLOSED_UNIT: 1}
    with unit_of_work(SYSTEM) as session:
        small = session.get_one(Company, SMALL)
        assert (small.is_active, small.department, small.commune) == (False, "21", "Beaune")
        assert session.get_one(Establishment, SMALL_SEAT).is_active is False
        assert session.get(Company, GONE) is None


def test_what_sirene_no_longer_names_becomes_inactive_and_is_touched_once(load: Load) -> None:
    load()
    units = UNITS + MORE_UNITS.replace(MORE_UNITS.splitlines(keepends=True)[0], "")
    places = ESTABLISHMENTS + MORE_PLACES.replace(MORE_PLACES.splitlines(keepends=True)[0], "")
    outcome = load(units=units, establishments=places)
    assert not outcome.waits
    with unit_of_work(SYSTEM) as session:
        assert session.get_one(Company, SMALL).is_active is False
        assert session.get_one(Establishment, SMALL_SEAT).is_active is False
    before = versions()
    load(units=units.replace("Maison disparue", "Maison oubliee"), establishments=places)
    assert versions() == before


def test_a_firm_comes_back_when_something_refers_to_it(load: Load, tmp_path: Path) -> None:
    """What is left out is in the lake: the file that names it may come without Sirene."""
    load()
    procedures = tmp_path / "procedures"
    procedures.mkdir()
    (procedures / "sigfaible_pcoll.csv").write_text(
        f"Siret;Siren;Dt_effet;Cat_v2;Lib_actx_stdx\n{GONE}00013;{GONE};15MAR2026;1;Ouverture_liquidation\n"
    )
    outcome = pipeline.load(SYSTEM, directory=procedures, home=tmp_path / "home")
    assert outcome.error is None
    with unit_of_work(SYSTEM) as session:
        assert session.get_one(Company, GONE).is_active is False
        assert session.scalars(select(ProcedureEvent.siren)).all() == [GONE]


def test_what_is_searched_is_made_aside_when_most_of_it_changes(load: Load) -> None:
    """Under the names of before, with its indexes, its key and its readers; followed again afterwards."""
    described = """
        select indexrelid::regclass::text, indisprimary, indisvalid,
            regexp_replace(pg_get_indexdef(indexrelid), ' WITH .*', '')
        from pg_index where indrelid in ('company_search'::regclass, 'search_word'::regclass) order by 1
    """
    columns = """
        select table_name, column_name, is_nullable, collation_name, data_type from information_schema.columns
        where table_name in ('company_search', 'search_word') order by table_name, ordinal_position
    """
    with unit_of_work(SYSTEM) as session:
        before = [session.execute(text(said)).all() for said in (described, columns)]
    load()
    with unit_of_work(SYSTEM) as session:
        assert [session.execute(text(said)).all() for said in (described, columns)] == before
        leftover = "select relname from pg_class where relname ~ 'search.*_next'"
        assert session.scalars(text(leftover)).all() == []
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text("delete from company_search"))
    assert found("trois compagnons") == {SMALL}
    with unit_of_work(SYSTEM) as session:
        session.get_one(Company, SMALL).name = "Autre enseigne"
    assert found("autre enseigne") == {SMALL}


@pytest.mark.parametrize("function", ["search_hold", "search_stage", "search_swap"])
def test_nobody_but_the_system_makes_it_again(
    app: TransactionalFlask, world: World, function: str
) -> None:
    with (
        pytest.raises(ProgrammingError, match="only a publication"),
        working_as(world.alice) as (session, _),
    ):
        session.execute(text(f"select {function}()"))


def series_of(siren: str) -> set[str]:
    with unit_of_work(SYSTEM) as session:
        return set(session.scalars(select(CompanySeries.code).where(CompanySeries.siren == siren)))


def versions() -> dict[str, str]:
    """The transaction that last wrote each firm and establishment."""
    with unit_of_work(SYSTEM) as session:
        rows = "select siren, xmin::text from company union all select siret, xmin::text from establishment"
        return dict(session.execute(text(rows)).all())


def found(typed: str) -> set[str]:
    with unit_of_work(SYSTEM) as session:
        return {*search.find(session, SYSTEM, typed).sirens}
