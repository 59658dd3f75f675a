"""Loading a directory of partner files: whole or not at all, and never twice."""

import hashlib
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.companies.models import (
    Company,
    CompanyAlert,
    CompanySeries,
    Establishment,
    PaymentPlan,
    ProcedureEvent,
    ProcedureStatus,
    SourceFreshness,
)
from app.core.access.identity import system_identity
from app.core.access.rows import acting_as
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.errors import DomainError
from app.core.journal import Event, JournalEntry
from app.imports import archive
from app.imports.intake import pipeline
from app.imports.intake.pipeline import LoadOutcome
from app.imports.models import Batch, BatchState
from app.imports.publication import publish
from scoring.data.lake import Lake
from tests.factories.batches import Imported
from tests.factories.partner_files import CONTRIBUTIONS, SEAT, SECOND, SIREN, UNITS, write_files
from tests.factories.people import World, identity

pytest_plugins = ["tests.factories.imported"]

SYSTEM = system_identity("tests")

Load = Callable[[Path], LoadOutcome]


@pytest.fixture
def load(app: TransactionalFlask, fresh_database: None, tmp_path: Path) -> Load:
    """Load a directory into an instance of its own."""
    return lambda directory: pipeline.load(SYSTEM, directory=directory, home=tmp_path / "home")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The directory written by hand."""
    return write_files(tmp_path / "files")


@pytest.fixture
def loaded(import_alone: Imported, tmp_path: Path) -> LoadOutcome:
    """What loading the directory did, in an instance of its own where it was the first."""
    import_alone.copied(tmp_path / "home")
    return import_alone.outcome


@pytest.mark.writes_nothing
def test_a_directory_is_published_whole(loaded: LoadOutcome, tmp_path: Path) -> None:
    assert loaded.error is None
    assert len(loaded.accounts) == 10
    assert {a.received.source: a.report.valid for a in loaded.accounts}["debit"] == 2
    assert all(
        a.report.rows == a.report.valid + a.report.rejected + a.report.outside
        for a in loaded.accounts
    )
    assert set(Lake(tmp_path / "home" / "lake").manifest()) == {
        a.received.source for a in loaded.accounts
    }
    with unit_of_work(SYSTEM) as session:
        batch = session.scalars(select(Batch)).one()
        assert batch.state == BatchState.PUBLISHED
        assert batch.published_at is not None
        assert session.scalar(select(func.count()).select_from(SourceFreshness)) == 10


@pytest.mark.writes_nothing
def test_the_firm_is_what_its_files_say(loaded: LoadOutcome) -> None:
    with unit_of_work(SYSTEM) as session:
        firm = session.scalars(select(Company)).one()
        assert (firm.name, firm.name_sort) == (
            "Hauts fourneaux du Test œuvre",
            "HAUTS FOURNEAUX DU TEST OEUVRE",
        )
        assert (firm.department, firm.departments, firm.commune) == ("21", ["21", "75"], "Dijon")
        assert (firm.workforce, firm.workforce_month) == (18.0, date(2026, 3, 1))
        assert firm.procedure_status == ProcedureStatus.REDRESSEMENT
        assert firm.procedure_since == date(2026, 3, 15)
        assert firm.in_perimeter
        assert firm.is_active
        assert session.get(CompanyAlert, firm.siren) is None
        assert session.scalar(select(func.count()).select_from(Establishment)) == 2


@pytest.mark.writes_nothing
def test_series_say_what_is_known_and_nothing_after_the_freshness(loaded: LoadOutcome) -> None:
    # The window ends in April 2026, the last month of the debts.
    assert last_months(SEAT, "effectif") == [12.5, 13.0, 14.0, None]
    assert last_months(SECOND, "effectif") == [3.0, None, 4.0, None]
    assert last_months(SEAT, "cotisation") == [1000.0, None, None, None]
    assert last_months(SEAT, "dette_salariale") == [0.0, 1000.0, 1000.0, 500.0]
    assert last_months(SEAT, "dette_patronale") == [0.0, 2000.0, 2000.0, 1000.0]
    assert last_months(SEAT, "ap_consommee") == [2.0, 0.0, 0.0, None]
    assert last_months(SEAT, "ap_autorisee") == [4.0, 0.0, 0.0, None]


@pytest.mark.writes_nothing
def test_a_series_has_36_months_and_the_nature_that_protects_it(loaded: LoadOutcome) -> None:
    with unit_of_work(SYSTEM) as session:
        rows = session.scalars(select(CompanySeries)).all()
        assert {len(row.values) for row in rows} == {36}
        assert {row.first_month for row in rows} == {date(2023, 5, 1)}
        natures = {row.code: row.nature for row in rows}
    assert natures == {
        "effectif": None,
        "cotisation": "urssaf",
        "dette_salariale": "urssaf",
        "dette_patronale": "urssaf",
        "ap_consommee": "activite_partielle",
        "ap_autorisee": "activite_partielle",
    }


@pytest.mark.writes_nothing
def test_plans_and_court_events_follow_and_an_event_said_twice_is_one(loaded: LoadOutcome) -> None:
    with unit_of_work(SYSTEM) as session:
        plan = session.scalars(select(PaymentPlan)).one()
        assert (plan.siret, plan.amount, plan.department) == (SEAT, 3000.0, "21")
        assert plan.is_approved
        event = session.scalars(select(ProcedureEvent)).one()
        assert (event.siren, event.kind, event.stage) == (SIREN, "redressement", "ouverture")


@pytest.mark.writes_nothing
def test_originals_are_archived_under_the_name_of_their_content(
    loaded: LoadOutcome, files: Path, tmp_path: Path
) -> None:
    original = (files / "sigfaible_debits.csv").read_bytes()
    digest = hashlib.sha256(original).hexdigest()
    kept = tmp_path / "home" / "archive" / digest[:2] / f"{digest}-sigfaible_debits.csv"
    assert kept.read_bytes() == original


def test_the_same_files_twice_change_nothing(
    loaded: LoadOutcome, load: Load, files: Path, tmp_path: Path
) -> None:
    manifest = Lake(tmp_path / "home" / "lake").manifest()

    again = load(files)

    assert again.batch_id is None
    assert all(account.already_received for account in again.accounts)
    counts = {a.received.source: (a.report.rows, a.report.valid) for a in again.accounts}
    assert counts == {a.received.source: (a.report.rows, a.report.valid) for a in loaded.accounts}
    assert Lake(tmp_path / "home" / "lake").manifest() == manifest
    with unit_of_work(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 1


def test_only_the_source_that_changed_is_read_again(
    loaded: LoadOutcome, load: Load, files: Path, tmp_path: Path
) -> None:
    write_files(files, contributions=CONTRIBUTIONS.replace("3000;3000", "6000;6000"))

    outcome = load(files)

    manifest = Lake(tmp_path / "home" / "lake").manifest()
    assert manifest["cotisation"]["current"] == outcome.batch_id
    assert manifest["debit"]["current"] == loaded.batch_id
    assert [a.received.source for a in outcome.accounts if not a.already_received] == ["cotisation"]
    assert last_months(SEAT, "cotisation")[0] == 2000.0
    assert last_months(SEAT, "dette_salariale")[1] == 1000.0


def test_a_missing_column_refuses_the_batch_with_its_name_and_keeps_the_former_data(
    loaded: LoadOutcome, load: Load, files: Path, tmp_path: Path
) -> None:
    before = Lake(tmp_path / "home" / "lake").manifest()
    changed = UNITS.replace("Hauts fourneaux", "Autre nom")
    write_files(files, units=changed, contributions=CONTRIBUTIONS.replace("cotis_due", "autre"))

    outcome = load(files)

    assert outcome.error is not None
    assert "« cotis_due »" in outcome.error
    assert Lake(tmp_path / "home" / "lake").manifest() == before
    with unit_of_work(SYSTEM) as session:
        assert session.scalars(select(Company.name)).one() == "Hauts fourneaux du Test œuvre"
        failed = session.scalars(select(Batch).order_by(Batch.started_at.desc())).first()
        assert failed is not None
        assert failed.state == BatchState.FAILED
        assert failed.error is not None
        assert "« cotis_due »" in failed.error
    assert last_months(SEAT, "cotisation")[0] == 1000.0


def test_a_refused_batch_leaves_no_row_in_the_lake(load: Load, files: Path, tmp_path: Path) -> None:
    write_files(files, contributions=CONTRIBUTIONS.replace("cotis_due", "autre"))
    load(files)
    assert list((tmp_path / "home" / "lake").rglob("*.parquet")) == []


def test_a_zip_of_nothing_is_refused_with_a_sentence(load: Load, tmp_path: Path) -> None:
    folder = tmp_path / "zip"
    folder.mkdir()
    with zipfile.ZipFile(folder / "sigfaible_debits.csv.zip", "w"):
        pass

    outcome = load(folder)

    assert outcome.error is not None
    assert "0 fichier(s) CSV" in outcome.error
    with unit_of_work(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(Company)) == 0


def test_a_directory_without_partner_file_is_refused(load: Load, tmp_path: Path) -> None:
    (tmp_path / "lisez-moi.txt").write_text("rien")
    with pytest.raises(DomainError, match="Aucun fichier partenaire"):
        load(tmp_path)
    with pytest.raises(DomainError, match="n’existe pas"):
        load(tmp_path / "absent")


def test_unrecognised_files_are_named(load: Load, files: Path) -> None:
    (files / "lisez-moi.txt").write_text("rien")
    assert load(files).unrecognised == ["lisez-moi.txt"]


def test_refused_lines_are_counted_by_reason_and_the_others_published(
    load: Load, files: Path
) -> None:
    bad = CONTRIBUTIONS + "267;21;1234567890123;1;202611;0;1;1\n"
    write_files(files, contributions=bad)

    accounts = {a.received.source: a for a in load(files).accounts}

    assert (accounts["cotisation"].report.valid, accounts["cotisation"].report.rejected) == (1, 1)
    assert accounts["cotisation"].report.reasons == {"siret : 14 chiffres attendus": 1}
    assert last_months(SEAT, "cotisation")[0] == 1000.0


def test_a_firm_absent_from_sirene_becomes_inactive_and_keeps_its_first_alert(
    load: Load, files: Path, world: World
) -> None:
    # The world's firms were known before; Sirene names only one of them.
    load(files)

    with unit_of_work(SYSTEM) as session:
        firms = {firm.siren: firm for firm in session.scalars(select(Company))}
        assert len(firms) == 3
        assert firms[world.siren_75].is_active is False
        assert session.get_one(CompanyAlert, world.siren_75).first_on == date(2026, 1, 1)
        assert firms[world.siren_21].is_active is True
        assert firms[world.siren_21].name == "Hauts fourneaux du Test œuvre"
        assert session.get_one(CompanyAlert, world.siren_21).first_on == date(2026, 1, 1)


def test_without_sirene_no_firm_is_taken_for_vanished(
    load: Load, files: Path, world: World
) -> None:
    (files / "sireneUL.csv").unlink()
    (files / "StockEtablissement_utf8_geo.csv").unlink()

    load(files)

    with unit_of_work(SYSTEM) as session:
        assert session.scalars(select(Company.is_active).distinct()).all() == [True]


def test_an_import_is_journaled_published_or_failed(
    load: Load, files: Path, world: World, session: Session
) -> None:
    load(files)
    write_files(files, contributions=CONTRIBUTIONS.replace("cotis_due", "autre"))
    load(files)

    controller = identity(session, world.controller)
    session.rollback()
    with acting_as(controller):
        events = session.scalars(select(JournalEntry.event).order_by(JournalEntry.id)).all()
    assert events == [Event.IMPORT_PUBLISHED, Event.IMPORT_FAILED]


def test_two_imports_at_once_are_refused(load: Load, files: Path, tmp_path: Path) -> None:
    with (
        publish.alone(tmp_path / "home" / "lake"),
        pytest.raises(DomainError, match="Un autre import est en cours"),
    ):
        load(files)


def test_a_failure_after_the_commit_does_not_refuse_a_published_batch(
    loaded: LoadOutcome, tmp_path: Path
) -> None:
    batch_id = loaded.batch_id
    assert batch_id is not None
    lake = Lake(tmp_path / "home" / "lake")

    pipeline.refuse(SYSTEM, lake=lake, batch_id=batch_id, error="trop tard")

    assert len(lake.staged(batch_id)) == 10
    with unit_of_work(SYSTEM) as session:
        assert session.scalars(select(Batch.state)).one() == BatchState.PUBLISHED


def test_settling_gives_the_lake_as_published(loaded: LoadOutcome, tmp_path: Path) -> None:
    (tmp_path / "home" / "lake" / "manifest.json").unlink()

    lake = publish.settle(SYSTEM, home=tmp_path / "home")

    assert {entry["current"] for entry in lake.manifest().values()} == {loaded.batch_id}


def test_the_archive_keeps_one_copy_of_a_content_under_any_name(tmp_path: Path) -> None:
    one, two = tmp_path / "debits1.csv", tmp_path / "debits2.csv"
    one.write_text("x")
    two.write_text("x")
    first = archive.keep(one, source="debit", archive=tmp_path / "archive")
    second = archive.keep(two, source="debit", archive=tmp_path / "archive")
    assert first.path == second.path
    assert len([p for p in (tmp_path / "archive").rglob("*") if p.is_file()]) == 1


def last_months(siret: str, code: str) -> list[float | None]:
    """The values of January to April 2026."""
    with unit_of_work(SYSTEM) as session:
        return session.scalars(
            select(CompanySeries.values).where(
                CompanySeries.siret == siret, CompanySeries.code == code
            )
        ).one()[-4:]
