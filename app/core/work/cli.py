"""``flask --app wsgi worker | clock``: the two processes that run alongside the web."""

import signal
import threading

import click
from flask import Flask, current_app

from app.core.work.clock import run
from app.core.work.jobs import Pulse, work


def init_app(app: Flask) -> None:
    """Register the two commands."""
    app.cli.add_command(worker_command)
    app.cli.add_command(clock_command)


@click.command("worker")
@click.option("--concurrency", default=3, show_default=True, help="Tâches menées de front.")
@click.option(
    "--beat", default=Pulse.beat, show_default=True, help="Secondes entre deux signes de vie."
)
@click.option(
    "--dead-after",
    default=Pulse.dead_after,
    show_default=True,
    help="Secondes de silence d’un worker mort.",
)
@click.option("--until-empty", is_flag=True, help="S’arrêter dès qu’aucune tâche n’attend.")
def worker_command(concurrency: int, beat: float, dead_after: float, until_empty: bool) -> None:
    """Exécute les tâches de fond jusqu’à SIGTERM."""
    # Told at start, rather than each night by a seal that fails.
    current_app.config["VIGIE"].require_journal_key()
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    pulse = Pulse(beat=beat, dead_after=dead_after, check=min(Pulse.check, dead_after))
    work(url, concurrency=concurrency, pulse=pulse, wait=not until_empty)


@click.command("clock")
def clock_command() -> None:
    """Demande les tâches planifiées à leur heure, jusqu’à SIGTERM ; une seconde horloge attend son tour."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    run(app, app.config["SQLALCHEMY_DATABASE_URI"], stopping=stopping)
