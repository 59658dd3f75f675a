"""What an operator reads when an instance cannot work: one sentence that says what to do, exit code 1, no traceback."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.database.binaries import BinariesNotFoundError
from app.core.database.cluster import LocalClusterError, local_cluster
from app.core.database.operator import sentence
from app.core.database.unit_of_work import TransactionalFlask
from app.core.errors import DomainError
from config import ROOT, MissingSettingError
from tests.support.clusters import throw_away


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """The directory of an instance; the cluster that a command may start in it is thrown away."""
    yield tmp_path
    if (tmp_path / "pg-location").exists():
        throw_away(local_cluster(tmp_path))


def _command(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return _run("flask", "--app", "wsgi", *arguments, **settings)


def _run(module: str, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    ours = ("VIGIE_", "DATABASE_", "FLASK_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**environment, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_instance_that_does_not_exist_yet_says_how_to_make_it(home: Path) -> None:
    answer = _command("instance", "status", VIGIE_HOME=str(home))
    assert answer.returncode == 1
    assert answer.stderr.startswith("Erreur : ")
    assert answer.stderr.count("\n") == 1
    assert "instance create" in answer.stderr


def test_production_says_all_that_is_missing(home: Path) -> None:
    answer = _command("instance", "status", VIGIE_HOME=str(home), VIGIE_ENV="Production")
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        "Erreur : VIGIE_SECRET_KEY doit être défini lorsque VIGIE_ENV=production.",
        "Erreur : VIGIE_PUBLIC_URL doit commencer par https:// lorsque VIGIE_ENV=production.",
        "Erreur : VIGIE_PROXIES doit valoir 1 ou plus lorsque VIGIE_ENV=production : un serveur mandataire termine TLS devant Vigie.",
    ]


@pytest.fixture
def production(app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch) -> TransactionalFlask:
    """The instance of the tests as if in production, in a process that was given neither the journal's key nor the owner's URL."""
    config = app.config["VIGIE"].replace(
        production=True, public_url="https://vigie.exemple.invalid", journal_key=""
    )
    monkeypatch.setitem(app.config, "VIGIE", config)
    ownerless = replace(app.config["VIGIE_ENDPOINTS"], owner_url=None)
    monkeypatch.setitem(app.config, "VIGIE_ENDPOINTS", ownerless)
    return app


DEMO = "La démonstration ne se fait pas avec VIGIE_ENV=production"
KEY = "VIGIE_JOURNAL_KEY doit être défini"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("demo build", DEMO),
        ("demo serve", DEMO),
        ("demo mail --port 9", DEMO),
        ("demo proconnect --port 9", DEMO),
        ("worker", KEY),
        ("instance create", KEY),
        ("journal seal", KEY),
        ("journal verify", "DATABASE_URL doit être défini"),
    ],
)
def test_a_command_says_at_once_what_production_or_its_process_refuses_it(
    production: TransactionalFlask, command: str, told: str
) -> None:
    with production.app_context():
        answer = production.test_cli_runner().invoke(args=command.split())
    assert answer.exception is not None
    assert (sentence(answer.exception) or "").startswith(told)


def test_gunicorn_stops_on_a_setting_and_says_which(home: Path) -> None:
    settings = {"VIGIE_HOME": str(home), "VIGIE_SMTP_PORT": "abc", "VIGIE_SMTP_TLS": "1"}
    answer = _run(
        "gunicorn", "--bind", "127.0.0.1:0", "--workers", "1", "--log-level", "critical", "wsgi:app",
        **settings,
    )  # fmt: skip
    assert answer.returncode != 0
    assert answer.stderr.splitlines() == [
        "Erreur : VIGIE_SMTP_PORT doit être un nombre entier de 1 à 65535.",
        "Erreur : VIGIE_SMTP_TLS n’est pas un réglage de Vigie : vouliez-vous dire VIGIE_SMTP_STARTTLS ?",
    ]


def test_scoring_does_not_mind_the_settings_of_an_instance() -> None:
    answer = _run("scoring", "--help", VIGIE_SMTP_PORT="abc", VIGIE_COULEUR="bleu")
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    "error",
    [
        LocalClusterError("Créez un utilisateur."),
        BinariesNotFoundError("Installez-le."),
        MissingSettingError("Définissez-le."),
        DomainError("Changez de port."),
    ],
)
def test_an_error_that_says_what_to_do_is_repeated_as_it_is(error: Exception) -> None:
    assert sentence(error) == str(error)


def test_a_disk_that_refuses_is_told_with_its_path() -> None:
    refused = PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/srv/vigie/secrets")
    told = sentence(refused)
    assert told is not None
    assert told.startswith("/srv/vigie/secrets")
    assert "VIGIE_HOME" in told


def test_a_table_that_the_migrations_lack_is_told_with_its_remedy(session: Session) -> None:
    with pytest.raises(DBAPIError) as failed:
        session.execute(text("select 1 from a_table_of_tomorrow"))
    told = sentence(failed.value)
    assert told is not None
    assert "a_table_of_tomorrow" in told
    assert "instance create" in told


def test_a_defect_keeps_its_traceback(session: Session) -> None:
    with pytest.raises(DBAPIError) as failed:
        session.execute(text("select 1 / 0"))
    assert sentence(failed.value) is None
    assert sentence(psycopg.errors.DeadlockDetected("deadlock")) is None
    assert sentence(FileNotFoundError(errno.ENOENT, "absent", "model.cbm")) is None
    assert sentence(KeyError("siren")) is None
