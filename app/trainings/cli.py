"""``flask --app wsgi models``: train a model."""

import json
from datetime import date, datetime

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.errors import DomainError

group = AppGroup("models", help="Entraîner un modèle.")


@group.command("train")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="Ce qui était connu ce jour-là.",
)
@click.option("--seed", default=1, show_default=True, help="Graine.")
@click.option(
    "--block-quarters",
    type=click.IntRange(min=1),
    help="Trimestres par bloc (par défaut, ce qu’il faut de défaillances).",
)
@click.option("--json", "as_json", is_flag=True, help="Un objet JSON.")
def train(as_of: datetime, seed: int, block_quarters: int | None, as_json: bool) -> None:
    """Entraîne un modèle et l’inscrit au registre ; le premier entre en service."""
    from app.trainings.steps import learning
    from scoring.train import Settings

    day: date = as_of.date()
    try:
        version = learning.train(
            current_app.config["VIGIE"].home,
            as_of=day,
            seed=seed,
            settings=Settings(block_quarters=block_quarters),
        )
    except DomainError as error:
        raise click.ClickException(error.message) from error
    if as_json:
        facts = {
            "id": version.id,
            "sha256": version.sha256,
            "as_of": day.isoformat(),
            "is_champion": version.is_champion,
            **version.metrics,
        }
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    state = "en service" if version.is_champion else "inscrit, pas en service"
    click.echo(f"Modèle {version.id} ({version.sha256[:16]}), données au {day:%d/%m/%Y} : {state}.")
