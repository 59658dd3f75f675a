"""What the machine refuses in the middle of an import: a clear sentence, the former data, the originals."""

import errno
import gzip
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import select, text

from app.companies.models import Company, CompanySeries
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.errors import DomainError
from app.extensions import db
from app.imports import archive, services
from app.imports.intake import decisions, faults, pipeline
from app.imports.intake.pipeline import LoadOutcome
from app.imports.models import Batch, BatchState, Decision
from app.imports.publication import portal_tables, publish
from scoring.data.lake import Lake
from scoring.data.sources import loading
from tests.factories.batches import NEW, OLD, Imported
from tests.factories.partner_files import CONTRIBUTIONS, DEBTS, UNITS, write_files

pytest_plugins = ["tests.factories.imported"]

SYSTEM = system_identity("tests")

Load = Callable[[], LoadOutcome]


@pytest.fixture
def home(import_alone: Imported, tmp_path: Path) -> Path:
    """An instance with a batch published."""
    return import_alone.copied(tmp_path / "home")


@pytest.fixture
def load(home: Path, tmp_path: Path) -> Load:
    """Load a later batch, where the firm has another name."""
    files = write_files(tmp_path / "files", units=UNITS.replace(OLD, NEW))
    return lambda: pipeline.load(SYSTEM, directory=files, home=home)


def no_space(*args: Any, **named: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


def full_engine(*args: Any, **named: Any) -> Any:
    raise duckdb.IOException("Could not write file: No space left on device")


FULL_AT = {
    "archiving": (archive.os, "fsync", no_space),
    "unpacking": (loading, "clean_text", no_space),
    "writing the lake": (loading, "copy", full_engine),
    "writing the extracts": (publish, "write_extracts", full_engine),
    "copying": (portal_tables, "refresh", no_space),
}


@pytest.mark.parametrize("moment", FULL_AT)
def test_a_full_disk_is_told_and_nothing_is_lost(
    home: Path, load: Load, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    before = Lake(home / "lake").manifest()
    monkeypatch.setattr(*FULL_AT[moment])
    with pytest.raises(DomainError, match="Le disque est plein"):
        load()
    monkeypatch.undo()

    assert firm_name() == OLD
    assert Lake(home / "lake").manifest() == before
    assert series_count() > 0

    assert load().error is None
    assert firm_name() == NEW


def test_a_full_server_is_told_too(home: Path, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(session: Any, *args: Any, **named: Any) -> None:
        session.execute(text("do $$ begin raise disk_full; end $$"))

    monkeypatch.setattr(portal_tables, "refresh", full)
    with pytest.raises(DomainError, match="Le disque est plein"):
        load()
    (failed,) = batches(BatchState.FAILED)
    assert failed.error == faults.FULL


def test_a_corrupt_archive_is_named_and_kept(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "gz"
    folder.mkdir()
    cut = gzip.compress(DEBTS.encode() * 50)[:-30]
    (folder / "sigfaible_debits.csv.gz").write_bytes(cut)

    outcome = pipeline.load(SYSTEM, directory=folder, home=home)

    assert outcome.error is not None
    assert "gzip est corrompue" in outcome.error
    assert firm_name() == OLD
    assert archive.find(hashlib.sha256(cut).hexdigest(), archive=home / "archive") is not None


def test_two_imports_at_once_follow_each_other(home: Path, load: Load, tmp_path: Path) -> None:
    other = write_files(tmp_path / "other", contributions=CONTRIBUTIONS.replace("3000", "6000"))
    app = current_app_of_tests()
    with publish.alone(home / "lake"):
        with pytest.raises(DomainError, match="Un autre import est en cours"):
            load()
        waiting = threading.Thread(target=in_context, args=(app, other, home))
        waiting.start()
    waiting.join(60)
    assert not waiting.is_alive()
    assert len(batches(BatchState.PUBLISHED)) == 2


def test_a_red_check_keeps_the_former_data_until_somebody_publishes(
    home: Path, tmp_path: Path
) -> None:
    many = many_units(active=300)
    later = many_units(active=30)
    first = pipeline.load(SYSTEM, directory=only(tmp_path / "a", units=many), home=home)
    assert not first.waits

    second = pipeline.load(SYSTEM, directory=only(tmp_path / "b", units=later), home=home)

    assert second.waits
    assert second.batch_id is not None
    assert active_firms() == 300
    assert Lake(home / "lake").manifest()["sirene_ul"]["current"] == first.batch_id
    again = pipeline.load(SYSTEM, directory=tmp_path / "b", home=home)
    assert (again.batch_id, again.accounts[0].waits_in) == (None, second.batch_id)

    decide(home, second.batch_id, Decision.PUBLISH)

    assert active_firms() == 30
    assert Lake(home / "lake").manifest()["sirene_ul"]["current"] == second.batch_id


def test_an_abandoned_batch_leaves_nothing_but_its_originals(home: Path, tmp_path: Path) -> None:
    pipeline.load(SYSTEM, directory=only(tmp_path / "a", units=many_units(active=300)), home=home)
    folder = only(tmp_path / "b", units=many_units(active=1))
    batch_id = pipeline.load(SYSTEM, directory=folder, home=home).batch_id
    assert batch_id is not None

    decide(home, batch_id, Decision.ABANDON)

    assert Lake(home / "lake").staged(batch_id) == []
    assert active_firms() == 300
    digest = hashlib.sha256((folder / "sireneUL.csv").read_bytes()).hexdigest()
    assert archive.find(digest, archive=home / "archive") is not None
    # Sent again, it is read again: abandoning was about that reading.
    assert pipeline.load(SYSTEM, directory=folder, home=home).waits


def test_a_batch_that_waited_too_long_does_not_go_backwards(home: Path, tmp_path: Path) -> None:
    pipeline.load(SYSTEM, directory=only(tmp_path / "a", units=many_units(active=300)), home=home)
    late = pipeline.load(
        SYSTEM, directory=only(tmp_path / "b", units=many_units(active=1)), home=home
    ).batch_id
    newer = only(tmp_path / "c", units=many_units(active=299))
    pipeline.load(SYSTEM, directory=newer, home=home)
    assert late is not None

    with pytest.raises(DomainError, match="plus récent"):
        decide(home, late, Decision.PUBLISH)

    assert active_firms() == 299
    decide(home, late, Decision.ABANDON)


def test_a_decision_is_carried_out_once(home: Path, load: Load) -> None:
    batch_id = load().batch_id
    assert batch_id is not None
    number = decide(home, batch_id, Decision.ROLLBACK)
    assert firm_name() == OLD

    decisions.carry_out(SYSTEM, decision_id=number, home=home)

    assert firm_name() == OLD
    assert batches(BatchState.WITHDRAWN)[0].id == batch_id


def test_a_rollback_gives_back_every_figure(home: Path, tmp_path: Path) -> None:
    before = figures()
    write_files(tmp_path / "files", contributions=CONTRIBUTIONS.replace("3000;3000", "6000;6000"))
    outcome = pipeline.load(SYSTEM, directory=tmp_path / "files", home=home)
    assert outcome.batch_id is not None
    assert figures() != before

    decide(home, outcome.batch_id, Decision.ROLLBACK)

    assert figures() == before
    # The content is no longer published: sent again, it is imported again.
    assert pipeline.load(SYSTEM, directory=tmp_path / "files", home=home).batch_id is not None
    assert figures() != before


def decide(home: Path, batch_id: str, kind: Decision) -> int:
    """Decide and carry out, as the command line does; return the number of the decision."""
    with unit_of_work(SYSTEM) as session:
        batch = pipeline.queries.get_batch(session, SYSTEM, batch_id)
        decision = services.ask_decision(session, SYSTEM, batch, kind=kind, reason="Vu")
        number = decision.id
    decisions.carry_out(SYSTEM, decision_id=number, home=home)
    return number


def only(folder: Path, *, units: str) -> Path:
    """A directory with the file of legal units alone."""
    folder.mkdir()
    (folder / "sireneUL.csv").write_text(units, encoding="utf-8")
    return folder


def many_units(*, active: int) -> str:
    """Three hundred legal units, the first ones active."""
    head, line = UNITS.splitlines()
    lines = [
        line.replace("100000009", f"{n:09}").replace(",A", ",A" if n < active else ",C")
        for n in range(300)
    ]
    return "\n".join([head, *lines, ""])


def current_app_of_tests() -> TransactionalFlask:
    from flask import current_app  # noqa: PLC0415

    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


def in_context(app: TransactionalFlask, directory: Path, home: Path) -> None:
    """Import, waiting for the one at work."""
    with app.app_context():
        pipeline.load(SYSTEM, directory=directory, home=home, waits=True)
        db.session.remove()


def firm_name() -> str:
    with unit_of_work(SYSTEM) as session:
        return session.scalars(select(Company.name)).one()


def active_firms() -> int:
    with unit_of_work(SYSTEM) as session:
        return len(
            session.scalars(
                select(Company.siren).where(Company.is_active, Company.siren < "1")
            ).all()
        )


def figures() -> list[tuple[str, str, list[float | None]]]:
    with unit_of_work(SYSTEM) as session:
        rows = session.scalars(
            select(CompanySeries).order_by(CompanySeries.siret, CompanySeries.code)
        )
        return [(row.siret, row.code, row.values) for row in rows]


def series_count() -> int:
    return len(figures())


def batches(state: BatchState) -> list[Batch]:
    with unit_of_work(SYSTEM) as session:
        found = list(session.scalars(select(Batch).where(Batch.state == state)))
        session.expunge_all()
        return found
