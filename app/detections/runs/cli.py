"""``flask --app wsgi detections``: run a detection now."""

import json
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.access.identity import system_identity
from app.core.database.locks import BusyError
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.detections.models import DetectionRun, StepName
from app.detections.runs import queries, services

group = AppGroup("detections", help="Lancer une détection.")

ACTOR = system_identity("Commande detections run")


@group.command("run")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="Ce qui était connu ce jour-là.",
)
@click.option("--json", "as_json", is_flag=True, help="Un objet JSON.")
def run(as_of: datetime, as_json: bool) -> None:
    """Exécute une détection ici même ; une détection du même jour interrompue est reprise."""
    from app.detections.runs import pipeline

    home: Path = current_app.config["VIGIE"].home
    try:
        with unit_of_work(ACTOR) as session:
            unfinished = queries.find_unfinished_run(session, as_of=as_of.date())
            run_id = (
                unfinished
                or services.start_run(session, ACTOR, as_of=as_of.date(), trigger="commande")
            ).id
        pipeline.run(run_id, home=home)
    except DomainError as error:
        raise click.ClickException(error.message) from error
    except BusyError as error:
        raise click.ClickException(
            "Cette détection est déjà en cours dans un autre processus."
        ) from error
    with unit_of_work(ACTOR) as session:
        facts = _facts(queries.get_run(session, ACTOR, run_id))
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else _sentences(facts))


def _facts(run: DetectionRun) -> dict[str, object]:
    counts = {step.name: step.counts for step in run.steps}
    return {
        "run": run.id,
        "as_of": run.as_of.isoformat(),
        "state": run.state.value,
        "model": run.model_id,
        "list": counts[StepName.LIST].get("list"),
        "entries": counts[StepName.LIST].get("entries"),
        "sha256": counts[StepName.SCORE].get("sha256"),
        "steps": [
            {
                "name": step.name.value,
                "label": step.name.label,
                "state": step.state.value,
                "seconds": step.seconds,
                "counts": step.counts,
            }
            for step in run.steps
        ],
    }


def _sentences(facts: dict[str, object]) -> str:
    lines = [f"Détection n° {facts['run']} au {facts['as_of']} : {facts['state']}"]
    steps = facts["steps"]
    assert isinstance(steps, list)  # noqa: S101
    for step in steps:
        counts = ", ".join(f"{name} {value}" for name, value in step["counts"].items())
        lines.append(f"  {step['label']:<22} {step['seconds'] or 0:>6.1f} s  {counts}")
    return "\n".join(lines)
