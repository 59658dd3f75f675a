"""``flask imports load``: what the operator reads, and the exit status."""

import json
from pathlib import Path

import pytest

from app.core.unit_of_work import TransactionalFlask
from tests.factories.partner_files import CONTRIBUTIONS, write_files


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The directory written by hand."""
    return write_files(tmp_path / "files")


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
