"""The drop folder: taken once nothing moves, as one batch, and emptied once archived."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.errors import DomainError
from app.imports import archive
from app.imports.intake import taking
from app.imports.intake.drop_folder import describe
from app.imports.intake.pipeline import LoadOutcome
from app.imports.models import Batch, BatchState
from tests.factories.partner_files import CONTRIBUTIONS, write_files

SYSTEM = system_identity("tests")

Watch = Callable[[], LoadOutcome | None]


@pytest.fixture
def home(app: TransactionalFlask, fresh_database: None, tmp_path: Path) -> Path:
    """An instance whose drop folder holds a whole month."""
    write_files(tmp_path / "home" / "depot")
    return tmp_path / "home"


@pytest.fixture
def watch(home: Path) -> Watch:
    """Look, as the clock does every minute."""
    return lambda: taking.watch(SYSTEM, home=home)


def test_files_are_taken_at_the_second_look_as_one_batch_and_removed(
    home: Path, watch: Watch
) -> None:
    assert watch() is None
    assert len(names(home)) == 10

    outcome = watch()

    assert outcome is not None
    assert len(outcome.accounts) == 10
    assert names(home) == []
    assert all(
        archive.find(account.received.sha256, archive=home / "archive")
        for account in outcome.accounts
    )
    assert states() == [BatchState.PUBLISHED]
    assert watch() is None


def test_a_file_that_still_grows_keeps_the_whole_folder_waiting(home: Path, watch: Watch) -> None:
    watch()
    grow(home / "depot" / "sigfaible_debits.csv")
    assert watch() is None
    assert len(names(home)) == 10
    assert watch() is not None


def test_a_copy_under_a_temporary_name_is_waited_for_then_forgotten(
    home: Path, watch: Watch
) -> None:
    copying = home / "depot" / "sigfaible_ccsf.csv.part"
    copying.write_text("a")
    watch()
    grow(copying)
    assert watch() is None
    # Nobody writes it any more: it is left there, and the others are taken.
    assert watch() is not None
    assert names(home) == [copying.name]


def test_unknown_files_and_links_are_named_and_left(home: Path, watch: Watch) -> None:
    (home / "depot" / "lisez-moi.txt").write_text("rien")
    (home / "depot" / "lien_cotisdues.csv").symlink_to("/etc/hostname")
    watch()
    watch()
    assert names(home) == ["lien_cotisdues.csv", "lisez-moi.txt"]
    shown, _ = describe(home)
    assert {file.name: file.is_ready for file in shown} == dict.fromkeys(names(home), False)
    assert "son nom n’est celui d’aucun fichier" in shown[0].state


def test_the_same_files_again_are_said_to_be_known(home: Path, watch: Watch) -> None:
    watch()
    watch()
    write_files(home / "depot")
    watch()
    outcome = watch()
    assert outcome is not None
    assert outcome.batch_id is None
    assert names(home) == []
    assert len(states()) == 1
    _, memory = describe(home)
    assert memory.said[0].endswith("contenu déjà importé. Rien n’est importé deux fois.")


def test_a_refused_batch_is_left_until_somebody_mends_it(home: Path, watch: Watch) -> None:
    write_files(home / "depot", contributions=CONTRIBUTIONS.replace("cotis_due", "autre"))
    watch()
    refused = watch()
    assert refused is not None
    assert refused.error is not None
    assert len(names(home)) == 10
    assert watch() is None
    shown, memory = describe(home)
    assert {file.state for file in shown} == {"Refusé avec son lot : remplacez le fichier en cause"}
    assert any("« cotis_due »" in sentence for sentence in memory.said)

    write_files(home / "depot")
    watch()

    mended = watch()
    assert mended is not None
    assert mended.error is None
    assert names(home) == []
    assert states() == [BatchState.FAILED, BatchState.PUBLISHED]


def test_a_file_replaced_during_the_import_is_not_removed(
    home: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = home / "depot" / "sigfaible_debits.csv"
    load = taking.pipeline.load

    def slow(*args: object, **named: object) -> LoadOutcome:
        outcome = load(*args, **named)  # type: ignore[arg-type]
        grow(late)
        return outcome

    monkeypatch.setattr(taking.pipeline, "load", slow)
    watch()
    watch()
    assert names(home) == [late.name]


def test_an_import_that_breaks_is_told_and_not_tried_each_minute(
    home: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **named: object) -> LoadOutcome:
        raise DomainError("Le disque est plein")

    monkeypatch.setattr(taking.pipeline, "load", broken)
    watch()
    with pytest.raises(DomainError):
        watch()
    assert watch() is None
    assert len(names(home)) == 10
    assert describe(home)[1].said == ["Le disque est plein"]
    monkeypatch.undo()
    assert taking.take_now(SYSTEM, home=home, started_by=None, pause=0) is not None
    assert names(home) == []


def test_somebody_who_asks_does_not_get_half_a_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        taking.time, "sleep", lambda _: grow(home / "depot" / "sigfaible_debits.csv")
    )
    assert taking.take_now(SYSTEM, home=home, started_by=None) is None
    assert len(names(home)) == 10
    assert "en cours de copie" in describe(home)[1].said[0]


def names(home: Path) -> list[str]:
    """What is in the drop folder."""
    return sorted(path.name for path in (home / "depot").iterdir())


def grow(path: Path) -> None:
    """Write a little more, at another moment."""
    with path.open("a") as file:
        file.write("\n")
    moment = path.stat().st_mtime_ns + 1_000_000
    os.utime(path, ns=(moment, moment))


def states() -> list[BatchState]:
    """The states of the batches, the first first."""
    with unit_of_work(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(Batch)) is not None
        return list(session.scalars(select(Batch.state).order_by(Batch.started_at)))
