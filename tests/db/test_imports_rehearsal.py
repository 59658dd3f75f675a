"""``flask imports load --dry-run``: what a delivery would change, said before anything is kept."""

import gzip
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.imports.models import Batch
from tests.factories.batches import Imported
from tests.factories.partner_files import CONTRIBUTIONS, DEBTS, UNITS, write_files

pytest_plugins = ["tests.factories.imported"]

SYSTEM = system_identity("tests")


@pytest.fixture
def home(app: TransactionalFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance of its own."""
    monkeypatch.setitem(app.config, "VIGIE", app.config["VIGIE"].replace(home=tmp_path / "home"))
    return tmp_path / "home"


def batches() -> int:
    """How many batches the database knows."""
    with unit_of_work(SYSTEM) as session:
        return session.scalar(select(func.count()).select_from(Batch)) or 0


def dry_run(app: TransactionalFlask, folder: Path, *options: str) -> tuple[int, str]:
    """The status of a trial and what it printed."""
    result = app.test_cli_runner().invoke(
        args=["imports", "load", "--dry-run", str(folder), *options]
    )
    return result.exit_code, result.output


def tree(home: Path) -> set[Path]:
    """Everything under a directory."""
    return set(home.rglob("*"))


def test_a_trial_on_an_empty_instance_leaves_nothing(
    app: TransactionalFlask, fresh_database: None, home: Path, tmp_path: Path
) -> None:
    files = write_files(
        tmp_path / "files", contributions=CONTRIBUTIONS + CONTRIBUTIONS.splitlines()[1] + "\n1;2\n"
    )
    status, said = dry_run(app, files)
    assert status == 0
    assert (
        "sigfaible_cotisdues.csv : 3 lignes, 1 valides, 1 rejetées, 0 hors périmètre, 1 en double"
        in said
    )
    assert "Cotisations Urssaf : lignes jamais reçue → 1" in said
    assert "Ce lot serait publié." in said
    assert batches() == 0
    assert not home.exists()


def test_a_trial_says_what_would_change_and_changes_nothing(
    app: TransactionalFlask, import_alone: Imported, home: Path, tmp_path: Path
) -> None:
    import_alone.copied(home)
    before = tree(home)
    units = UNITS + UNITS.splitlines()[1].replace("100000009", "732829320") + "\n"
    files = write_files(
        tmp_path / "files", units=units, debts=DEBTS.replace("100000009", "200000008")
    )
    status, said = dry_run(app, files)
    assert status == 0
    assert (
        "Sirene, unités légales : lignes 1 → 2 ; entreprises disparues : 0, nouvelles : 1" in said
    )
    assert "Débits Urssaf : lignes 2 → 2 ; entreprises disparues : 1, nouvelles : 1" in said
    assert "sigfaible_delais.csv (contenu déjà reçu)" in said
    assert batches() == 1
    assert tree(home) == before


def test_a_trial_that_would_be_refused_fails_and_says_why(
    app: TransactionalFlask, fresh_database: None, home: Path, tmp_path: Path
) -> None:
    files = write_files(
        tmp_path / "files", contributions=CONTRIBUTIONS.replace("cotis_due", "autre_colonne")
    )
    (files / "sigfaible_ccsf.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    status, said = dry_run(app, files)
    assert status == 1
    assert "« cotis_due »" in said
    assert "sigfaible_ccsf.xls : ignoré" in said
    assert "enregistrez-le en CSV" in said


def test_a_trial_counts_what_the_load_then_counts(
    app: TransactionalFlask, fresh_database: None, home: Path, tmp_path: Path
) -> None:
    """Lines twice, a file twice under other names, lines corrected and lines to correct."""
    head, line = CONTRIBUTIONS.splitlines()
    files = write_files(
        tmp_path / "files", contributions=f"{CONTRIBUTIONS}{line}\n{line.replace('3000', '3OOO')}\n"
    )
    (files / "sigfaible_cotisdues_rejets.csv").write_text(
        f"vigie_ligne;vigie_motif;{head}\n4;montant illisible;{line.replace('202610', '202540')}\n"
    )
    (files / "StockUniteLegale_utf8.csv.gz").write_bytes(gzip.compress(UNITS.encode()))
    (files / "copie_debits.csv").write_bytes((files / "sigfaible_debits.csv").read_bytes())
    counted = (
        "source",
        "sha256",
        "rows",
        "valid",
        "rejected",
        "outside",
        "duplicates",
        "reasons",
        "warnings",
    )

    def counts(*options: str) -> dict[str, list[object]]:
        arguments = ["imports", "load", str(files), "--json", *options]
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
        objects = [json.loads(said) for said in result.stdout.splitlines()]
        return {one["file"]: [one[name] for name in counted] for one in objects if "file" in one}

    trial = counts("--dry-run")
    assert trial == counts()
    assert trial["sigfaible_cotisdues.csv"][2:7] == [3, 1, 1, 0, 1]
    assert trial["sigfaible_cotisdues_rejets.csv"][2:7] == [1, 1, 0, 0, 0]
    assert (
        sum(int(str(trial[name][3])) for name in ("sireneUL.csv", "StockUniteLegale_utf8.csv.gz"))
        == 1
    )
    assert (
        sum(int(str(trial[name][3])) for name in ("sigfaible_debits.csv", "copie_debits.csv")) == 2
    )


def test_a_trial_is_read_by_machines(
    app: TransactionalFlask, fresh_database: None, home: Path, tmp_path: Path
) -> None:
    _, said = dry_run(app, write_files(tmp_path / "files"), "--json")
    objects = [json.loads(line) for line in said.splitlines()]
    files = [one for one in objects if "file" in one]
    sources = {one["source"]: one for one in objects if "file" not in one}
    assert {one["duplicates"] for one in files} == {0}
    assert sources["debit"] == {
        "source": "debit",
        "before": None,
        "now": 2,
        "firms_gone": None,
        "firms_new": None,
    }
