"""A worker of its own process, as `Procfile` starts one, to be killed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.database.unit_of_work import TransactionalFlask
from config import ROOT, Config

COMMAND = (sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--beat", "0.5", "--dead-after", "2")  # fmt: skip


def start_worker(app: TransactionalFlask, home: Path) -> "subprocess.Popen[bytes]":
    """A worker of ``app``'s database; what it says goes to `worker.log` in ``home``."""
    config: Config = app.config["VIGIE"]
    environment = os.environ | {
        "VIGIE_HOME": str(home),
        "VIGIE_SECRET_KEY": "tests",
        "VIGIE_JOURNAL_KEY": "tests",
        "DATABASE_URL": str(config.database_url),
        "DATABASE_APP_URL": str(config.database_app_url),
    }
    with (home / "worker.log").open("a") as log:
        return subprocess.Popen(COMMAND, cwd=ROOT, env=environment, stderr=log, stdout=log)


@contextmanager
def working(app: TransactionalFlask, home: Path) -> Iterator[None]:
    """A worker during a block, stopped as an operator would at its end."""
    worker = start_worker(app, home)
    try:
        yield
    finally:
        worker.terminate()
        assert worker.wait(timeout=20) == 0
