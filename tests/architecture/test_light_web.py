"""The web is light: no page loads the data-science package, and no command before it is run; tasks are asked by name."""

import json
import subprocess
import sys
from typing import Any

import click
import pytest
from flask import Flask

from app.core.work import clock, jobs
from app.core.work.tasks import Task
from config import ROOT

HEAVY = {"catboost", "duckdb", "ibis", "numpy", "pandas", "pyarrow", "scipy", "sklearn"}
ROUTES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "app").rglob("*routes.py")
)
LOADED = "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"


def loaded_by(code: str) -> set[str]:
    """The packages that an interpreter has loaded once it has run ``code``."""
    answer = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{code}\n{LOADED}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(answer.stdout.splitlines()[-1])
    return set(found)


def test_the_pages_load_no_data_science() -> None:
    assert len(ROUTES) > 20
    found = loaded_by(f"import app\nimport {', '.join(ROUTES)}")
    assert "flask" in found
    assert found & HEAVY == set()


def test_neither_the_application_nor_its_commands_load_it_before_one_is_run(app: Flask) -> None:
    config: Any = app.config["VIGIE"]
    code = f"""
import click, pathlib
from app import create_app
from config import Config
built = create_app(Config(home=pathlib.Path({str(config.home)!r}), secret_key='t', journal_key='t',
    database_url={config.database_url!r}, database_app_url={config.database_app_url!r}))
def helped(command, parent=None):
    context = click.Context(command, parent=parent)
    command.get_help(context)
    for name in getattr(command, 'commands', ()):
        helped(command.commands[name], context)
helped(built.cli)
"""
    assert loaded_by(code) & HEAVY == set()
    assert isinstance(app.cli, click.Group)
    assert {"imports", "detections", "models", "demo", "worker"} <= set(app.cli.commands)


def test_the_worker_does_every_task_that_is_asked_by_name(app: Flask) -> None:
    jobs.load()
    ours = {task.value for task in Task}
    assert ours <= set(jobs.queue.tasks)
    assert {tick.task for tick in clock.ticks} <= set(Task)
    for task in Task:
        assert jobs.queue.tasks[task.value].lock == task.lock, task


def test_a_worker_that_cannot_do_a_task_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.load()
    known = {name: done for name, done in jobs.queue.tasks.items() if name != Task.MAIL_SEND.value}
    monkeypatch.setattr(jobs.queue, "tasks", known)
    with pytest.raises(RuntimeError, match="mail:send"):
        jobs.load()
