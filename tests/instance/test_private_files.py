"""What an instance keeps is for whoever runs it: the other accounts of the machine read none of it, whatever the umask."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.core import files
from config import ROOT

WRITE = """
import json, pathlib, sys
import wsgi
from app.audit.keeping import seals
home = wsgi.app.config["VIGIE"].home
for name in ("runs/1/score.parquet", "models/a/model.cbm", "lake/debit/b/part-0.parquet", "mail/1.eml", "archive/ab/c"):
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("secret")
seals.append(seals.file_of(home), [])
"""


def others(home: Path) -> list[str]:
    """What group or others may do anything with."""
    found = [home, *home.rglob("*")]
    return [
        str(path)
        for path in found
        if stat.S_IMODE(path.lstat().st_mode) & 0o077 and not path.is_symlink()
    ]


def run(*arguments: str, app: Flask, home: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command on the database of the tests with the most open umask."""
    config = app.config["VIGIE"]
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("VIGIE_", "FLASK_"))
    }
    settings = {
        "VIGIE_HOME": str(home), "DATABASE_URL": str(config.database_url),
        "DATABASE_APP_URL": str(config.database_app_url),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, **settings},
        umask=0,
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home that was left open."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o755)
    return folder


def test_whatever_the_umask_every_process_writes_for_itself_alone(
    app: Flask, fresh_database: None, home: Path
) -> None:
    run("-c", WRITE, app=app, home=home)
    assert (home / "static").is_dir()
    assert (home / "secrets").is_dir()
    assert others(home) == []


HELP = """
import os, runpy, sys
sys.argv = ["scoring", "--help"]
try:
    runpy.run_module("scoring", run_name="__main__")
except SystemExit:
    print("umask", oct(os.umask(0)))
"""


def test_scoring_by_itself_writes_for_itself_alone() -> None:
    told = subprocess.run(
        [sys.executable, "-c", HELP], cwd=ROOT, umask=0, capture_output=True, text=True, check=True
    ).stdout
    assert "umask 0o77" in told


def test_what_was_left_open_is_closed_and_told(
    app: Flask, fresh_database: None, home: Path
) -> None:
    for name in ("runs/1/score.parquet", "models/a/metadata.json", "exports/x.csv"):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("secret")
        path.chmod(0o644)
    told = run("-m", "flask", "--app", "wsgi", "instance", "status", app=app, home=home)
    assert others(home) == []
    assert "étaient ouverts à d’autres comptes de la machine : ils sont refermés" in told.stderr
    again = run("-m", "flask", "--app", "wsgi", "instance", "status", app=app, home=home)
    assert "ouverts" not in again.stderr


def test_the_account_of_postgresql_still_goes_through_and_no_more(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "runs").mkdir(parents=True)
    home.chmod(0o755)
    assert files.close_top(home, through=True) == [home, home / "runs"]
    assert stat.S_IMODE(home.stat().st_mode) == 0o711
    assert files.close_top(home, through=True) == []


def test_a_link_out_of_the_instance_is_not_followed(tmp_path: Path) -> None:
    home, outside = tmp_path / "home", tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    home.mkdir()
    (home / "link").symlink_to(outside)
    for path in (outside, outside / "deep"):
        path.chmod(0o755)
    files.close_all(home)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o755
    assert stat.S_IMODE((outside / "deep").stat().st_mode) == 0o755
