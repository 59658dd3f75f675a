"""``flask --app wsgi instance maintenance on | off``: commands of the team."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.database.endpoints import Endpoints
from app.operations.maintenance import services

maintenance = AppGroup("maintenance", help="Fermer l’instance le temps d’un travail, la rouvrir.")


@maintenance.command("on")
@click.option("--reason", required=True, help="Une phrase, lue par qui vient pendant ce temps.")
def close(reason: str) -> None:
    """Ferme l’instance : ses pages disent pourquoi, aucune tâche n’est prise ; les commandes restent possibles."""
    services.close(_urls(), reason=reason)
    click.echo("Vigie est fermée : ses pages disent pourquoi, et quand revenir.")
    click.echo("Pour la rouvrir : flask --app wsgi instance maintenance off")


@maintenance.command("off")
def open_again() -> None:
    """Rouvre l’instance."""
    was_closed = services.open_again(_urls())
    click.echo("Vigie est rouverte." if was_closed else "Vigie était ouverte.")


def _urls() -> Endpoints:
    urls: Endpoints = current_app.config["VIGIE_ENDPOINTS"]
    return urls
