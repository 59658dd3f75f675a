"""Processes to kill: one of them loads the application once, then makes a child for each act, and the child alone is killed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from signal import SIGKILL

from app.core.database.unit_of_work import TransactionalFlask
from config import ROOT

SOURCE = """
import json, os, pkgutil, signal, sys
from pathlib import Path
from app import create_app
from app.core.access.identity import system_identity
from app.imports.intake import decisions, pipeline
app, victim = create_app(), system_identity("victime")

def die_at(place, finishes):
    owner, name = place.rsplit(".", 1)
    owner = pkgutil.resolve_name(owner)
    original = getattr(owner, name)
    def fatal(*args, **kwargs):
        if finishes:
            original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, fatal)

def act(order):
    home = Path(order["home"])
    with app.app_context():
        print(os.getpid(), flush=True)
        if order["call"]:
            pkgutil.resolve_name(order["call"])()
        elif order["directory"]:
            pipeline.load(victim, directory=Path(order["directory"]), home=home)
        else:
            decisions.carry_out(victim, decision_id=order["decision"], home=home)

for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if not child:
        if order["dies_at"]:
            die_at(order["dies_at"], order["finishes"])
        act(order)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print("over", os.waitstatus_to_exitcode(status), flush=True)
"""


@dataclass(frozen=True, kw_only=True)
class Order:
    """Import a directory, carry out a decision, or ``call`` what performs a task.

    The child kills itself at the function ``dies_at``, when it starts or ``finishes``.
    """

    home: str
    directory: str | None = None
    decision: int | None = None
    call: str | None = None
    dies_at: str | None = None
    finishes: bool = True


@dataclass(frozen=True)
class Nursery:
    """The process whose children import."""

    process: "subprocess.Popen[str]"

    def run(self, order: Order, *, kill_after: float | None = None) -> tuple[int, float]:
        """Do as ordered in a child, killed after so many seconds; return how it ended and how long it lived."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(asdict(order))}\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        began = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):  # it was faster than the first one
                os.kill(pid, SIGKILL)
        over, ended = self.process.stdout.readline().split()
        assert over == "over"
        return int(ended), time.monotonic() - began


@contextmanager
def nursery_for(app: TransactionalFlask, home: Path) -> Iterator[Nursery]:
    """A nursery on the database of ``app``."""
    config = app.config["VIGIE"]
    with subprocess.Popen(
        [sys.executable, "-c", SOURCE],
        env={
            **os.environ,
            "VIGIE_HOME": str(home),
            "DATABASE_URL": config.database_url,
            "DATABASE_APP_URL": config.database_app_url,
        },
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()
        process.kill()
