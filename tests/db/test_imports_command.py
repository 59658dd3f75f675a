"""``flask imports load``: what the operator reads, and the exit status."""

import json
import re
from pathlib import Path

import pytest

from app.core.database.unit_of_work import TransactionalFlask
from scoring.data.lake import Lake
from tests.factories.partner_files import CONTRIBUTIONS, write_files


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The directory written by hand."""
    return write_files(tmp_path / "files")


@pytest.fixture(autouse=True)
def home(app: TransactionalFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance of its own."""
    monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(home=tmp_path / "home"))
    return tmp_path / "home"


def test_the_command_prints_one_json_object_a_file(
    app: TransactionalFlask, fresh_database: None, files: Path
) -> None:
    runner = app.test_cli_runner()

    first = runner.invoke(args=["imports", "load", str(files), "--json"])
    again = runner.invoke(args=["imports", "load", str(files), "--json"])

    assert (first.exit_code, again.exit_code) == (0, 0)
    lines = [json.loads(line) for line in first.stdout.splitlines()]
    keys = {"source", "file", "sha256", "rows", "valid", "rejected", "outside", "reasons", "known"}
    assert all(keys <= set(line) for line in lines)
    assert {line["known"] for line in lines} == {False}
    assert {json.loads(line)["known"] for line in again.stdout.splitlines()} == {True}


def test_the_command_fails_and_says_why_when_a_batch_is_refused(
    app: TransactionalFlask, fresh_database: None, files: Path
) -> None:
    write_files(files, contributions=CONTRIBUTIONS.replace("cotis_due", "autre_colonne"))
    result = app.test_cli_runner().invoke(args=["imports", "load", str(files)])
    assert result.exit_code == 1
    assert "« cotis_due »" in result.output


def test_the_command_fails_on_a_directory_that_holds_nothing(
    app: TransactionalFlask, fresh_database: None, tmp_path: Path
) -> None:
    result = app.test_cli_runner().invoke(args=["imports", "load", str(tmp_path)])
    assert result.exit_code == 1
    assert "Aucun fichier partenaire" in result.output


def test_a_batch_is_rolled_back_and_replayed_from_the_command_line(
    app: TransactionalFlask, fresh_database: None, files: Path, home: Path
) -> None:
    runner = app.test_cli_runner()
    first = batch_in(runner.invoke(args=["imports", "load", str(files)]).output)
    write_files(files, contributions=CONTRIBUTIONS.replace("3000;3000", "0;6000"))
    second = batch_in(runner.invoke(args=["imports", "load", str(files)]).output)

    refused = runner.invoke(args=["imports", "rollback", second, "--reason", "Vu"], input="n\n")
    assert refused.exit_code == 1
    assert current(home) == second

    done = runner.invoke(args=["imports", "rollback", second, "--reason", "Mois erroné", "--yes"])
    assert done.exit_code == 0, done.output
    assert f"Lot {second} retiré" in done.output
    assert current(home) == first

    replayed = runner.invoke(args=["imports", "replay", second, "--reason", "Confirmé", "--yes"])
    assert replayed.exit_code == 0, replayed.output
    assert current(home) not in {first, second}


def test_an_original_changed_in_the_archive_is_not_replayed_and_comes_back_when_sent_again(
    app: TransactionalFlask, fresh_database: None, files: Path, home: Path
) -> None:
    runner = app.test_cli_runner()
    first = batch_in(runner.invoke(args=["imports", "load", str(files)]).output)
    original = next((home / "archive").glob("*/*sireneUL.csv"))
    content = original.read_bytes()
    original.write_bytes(content + b"x")
    replayed = runner.invoke(args=["imports", "replay", first, "--reason", "Essai", "--yes"])
    assert replayed.exit_code == 1
    assert "sireneUL.csv » a changé dans l’archive" in replayed.output
    runner.invoke(args=["imports", "load", str(files)])
    assert original.read_bytes() == content


def test_a_batch_that_waits_is_told_with_what_to_do(
    app: TransactionalFlask, fresh_database: None, files: Path, home: Path
) -> None:
    runner = app.test_cli_runner()
    first = batch_in(runner.invoke(args=["imports", "load", str(files)]).output)
    # A month back: too few lines to be judged on anything else.
    write_files(files, contributions=CONTRIBUTIONS.replace("202610", "202540"))

    waiting = runner.invoke(args=["imports", "load", str(files)])

    assert waiting.exit_code == 0
    assert "imports publish" in waiting.output
    assert current(home) == first
    again = runner.invoke(args=["imports", "load", str(files)])
    assert "attend une décision" in again.output
    batch_id = batch_in(waiting.output)
    done = runner.invoke(args=["imports", "publish", batch_id, "--reason", "Exprès", "--yes"])
    assert done.exit_code == 0, done.output
    assert current(home) == batch_id


@pytest.mark.parametrize("command", ["publish", "abandon", "replay", "rollback"])
def test_a_decision_on_nothing_is_one_sentence(
    app: TransactionalFlask, fresh_database: None, command: str
) -> None:
    args = ["imports", command, "inconnu", "--reason", "x", "--yes"]
    result = app.test_cli_runner().invoke(args=args)
    assert result.exit_code == 1
    assert "Aucun lot ne porte ce nom" in result.output


def batch_in(output: str) -> str:
    """The name of the batch that a command tells."""
    found = re.search(r"Lot (\S+)", output)
    assert found, output
    return found[1]


def current(home: Path) -> str:
    """The batch of contributions that readers of the lake see."""
    return Lake(home / "lake").manifest()["cotisation"]["current"]
