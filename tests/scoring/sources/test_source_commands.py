"""A directory at once: the importer of the portal and the command line."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from scoring.cli import main
from scoring.data.engine import connect
from scoring.data.importing import import_directory, import_files, partner_files
from scoring.data.lake import Lake
from tests.scoring.sources.conftest import COTISATION, DEBIT, TODAY, contribution, debt


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "sigfaible_cotisdues.csv").write_text(COTISATION + contribution() + contribution("1"))
    (folder / "sigfaible_debits.csv").write_text(DEBIT + debt())
    (folder / "lisez-moi.csv").write_text("autre chose\n")
    return folder


def run(inbox: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[Any]]:
    status = main(["sources", str(inbox), str(out), "--json", "--today", TODAY.isoformat()])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def count(path: Path) -> int:
    return int(pq.read_metadata(path).num_rows)


def test_a_directory_is_staged_and_not_published(inbox: Path, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    reports = import_directory(inbox, lake, batch_id="b1", today=TODAY)
    assert {report.source: report.valid for report in reports} == {"cotisation": 1, "debit": 1}
    assert lake.published("debit") == []
    assert lake.staged("b1") == ["cotisation", "debit"]
    assert len(lake.rejects("b1")) == 1


def test_a_failing_file_is_reported_and_the_others_go_on(inbox: Path, tmp_path: Path) -> None:
    (inbox / "sigfaible_debits.csv").write_text("Siren;Siret\n")
    lake = Lake(tmp_path / "lake")
    good, bad = import_directory(inbox, lake, batch_id="b1", today=TODAY)
    assert good.error is None
    assert bad.error is not None
    assert "« num_cpte »" in bad.error
    assert (bad.rows, bad.sha256 != "") == (0, True)
    assert lake.staged("b1") == ["cotisation"]


def test_a_digest_that_is_known_is_not_made_again(inbox: Path, tmp_path: Path) -> None:
    (inbox / "sigfaible_debits.csv").write_text("Siren;Siret\n")
    given = [replace(file, sha256=file.source.name) for file in partner_files(inbox)]
    reports = import_files(given, Lake(tmp_path / "lake"), batch_id="b1", today=TODAY)
    assert {report.sha256 for report in reports} == {"cotisation", "debit"}


def test_half_a_source_is_not_a_source(inbox: Path, tmp_path: Path) -> None:
    (inbox / "sigfaible_debits_2.csv").write_text("")
    lake = Lake(tmp_path / "lake")
    import_directory(inbox, lake, batch_id="b1", today=TODAY)
    assert lake.staged("b1") == ["cotisation"]


def test_two_files_of_a_source_make_one_table(inbox: Path, tmp_path: Path) -> None:
    (inbox / "sigfaible_debits_2.csv").write_text(DEBIT + debt(history="2"))
    lake = Lake(tmp_path / "lake")
    import_directory(inbox, lake, batch_id="b1", today=TODAY)
    lake.restate(["b1"])
    assert lake.table(connect(), "debit").count().to_pyarrow().as_py() == 2


def test_the_command_writes_a_table_a_source_and_the_rejects(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, reports = run(inbox, tmp_path / "out", capsys)
    assert status == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "cotisation.parquet",
        "debit.parquet",
        "rejects.parquet",
    }
    assert reports[0]["reasons"] == {"siret : 14 chiffres attendus": 1}
    assert {"source", "file", "sha256", "rows", "valid", "rejected", "outside"} <= set(reports[0])
    assert count(tmp_path / "out/rejects.parquet") == 1


def test_a_file_that_fails_keeps_the_former_outputs_of_its_source(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    run(inbox, out, capsys)
    before = (out / "cotisation.parquet").read_bytes()
    (inbox / "sigfaible_cotisdues.csv").write_text("Siret\n")
    status, reports = run(inbox, out, capsys)
    assert status == 1
    assert "Colonnes manquantes" in reports[0]["error"]
    assert (out / "cotisation.parquet").read_bytes() == before
    assert count(out / "rejects.parquet") == 1


def test_a_directory_without_partner_file_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sources", str(tmp_path), str(tmp_path / "out")]) == 1
    assert "Aucun fichier partenaire" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["sources", "views"])
def test_a_missing_directory_is_reported(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "absent")
    out = [str(tmp_path / "out")] if command == "sources" else []
    assert main([command, folder, *out]) == 1
    assert "absent n’existe pas" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_views_follow_the_sources_of_a_directory(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(inbox, tmp_path / "out", capsys)
    assert main(["views", str(tmp_path / "out")]) == 0
    assert count(tmp_path / "out/views/debt_month.parquet") == 2
    debts = pq.read_schema(tmp_path / "out/views/debt_month.parquet").names
    assert {"siret", "month", "part_salariale", "part_patronale"} <= set(debts)
    assert main(["views", str(tmp_path / "out"), "--as-of", date(2020, 1, 1).isoformat()]) == 0
    assert count(tmp_path / "out/views/debt_month.parquet") == 0


def test_an_unknown_command_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["unknown"])
    assert "sources" in capsys.readouterr().err
