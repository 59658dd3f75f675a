"""Workers of gunicorn count together: whichever is asked adds up, and one that replaces another loses nothing."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.core.server import traffic
from config import ROOT

#: three workers one after the other, in the places that gunicorn gives: 1, 2, then 1 again
WORKERS = """
import os, sys
from app.core.server import traffic
for slot, count in ((1, 3), (2, 4), (1, 5)):
    child = os.fork()
    if child == 0:
        os.environ[traffic.SLOT] = str(slot)
        traffic.REQUESTS.labels("/sante", "GET", 200).inc(count)
        os._exit(0)
    os.waitpid(child, 0)
for family in traffic.registry().collect():
    for sample in family.samples:
        if sample.name == "vigie_http_requests_total":
            print(sample.value)
"""


@pytest.fixture
def gunicorn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `gunicorn.conf.py` says, its folder being one of the test."""
    monkeypatch.setenv(traffic.FILES, str(tmp_path))
    monkeypatch.setenv(traffic.SLOT, "0")
    return runpy.run_path(str(ROOT / "gunicorn.conf.py"))


def test_what_workers_counted_is_added_up_and_kept(tmp_path: Path) -> None:
    environment = {**os.environ, traffic.FILES: str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", WORKERS], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.split() == ["12.0"]
    assert sorted(path.name for path in tmp_path.glob("counter_*.db")) == ["counter_1.db", "counter_2.db"]  # fmt: skip


def test_a_worker_takes_the_first_free_place(gunicorn: dict[str, Any]) -> None:
    server, workers = SimpleNamespace(WORKERS={}), [SimpleNamespace() for _ in range(4)]
    for number, worker in enumerate(workers[:3]):
        gunicorn["pre_fork"](server, worker)
        server.WORKERS[number] = worker
    assert [worker.slot for worker in workers[:3]] == [1, 2, 3]
    del server.WORKERS[1]
    gunicorn["pre_fork"](server, workers[3])
    assert workers[3].slot == 2
    gunicorn["post_fork"](server, workers[3])
    assert os.environ[traffic.SLOT] == "2"


def test_nothing_is_left_when_the_service_stops(tmp_path: Path, gunicorn: dict[str, Any]) -> None:
    (tmp_path / "counter_1.db").touch()
    gunicorn["on_exit"](None)
    assert not tmp_path.exists()
