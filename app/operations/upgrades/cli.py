"""``flask --app wsgi instance upgrade``: the command of an operator."""

import time
from pathlib import Path

import click
from flask import current_app

from app.core.errors import DomainError
from app.core.maintenance import gate
from app.core.text.french import number_fr
from config import Config

PLACE = click.Path(path_type=Path, file_okay=False)
NO_PLACE = (
    "Dites où va la sauvegarde : flask --app wsgi instance upgrade DOSSIER, ou VIGIE_BACKUP_TO."
)


@click.command("upgrade")
@click.argument("destination", type=PLACE, required=False)
@click.option("--dry-run", is_flag=True, help="Dire ce qui serait fait, ne rien toucher.")
@click.option(
    "--wait",
    "minutes",
    default=15.0,
    show_default=True,
    help="Minutes laissées aux tâches en cours.",
)
def upgrade(destination: Path | None, *, dry_run: bool, minutes: float) -> None:
    """Passe l’instance à la version installée : fermée, sauvegardée, migrée, essayée, rouverte ; sinon, remise comme avant."""
    from app.operations.upgrades import planning, presenters, running

    config: Config = current_app.config["VIGIE"]
    urls = current_app.config["VIGIE_ENDPOINTS"]
    config.require_journal_key()
    place = destination or config.backup_to
    if place is None:
        raise DomainError(NO_PLACE)
    if dry_run:
        planned = planning.plan(config, urls, place.resolve())
        click.echo("\n".join(presenters.sentences(planned)))
        if planned.against:
            raise click.ClickException("La mise à jour ne commencerait pas.")
        return
    began = time.monotonic()
    work = running.Upgrading(
        config=config, urls=urls, place=place.resolve(), minutes=minutes, tell=click.echo
    )
    if not running.upgrade(work):
        click.echo(presenters.UP_TO_DATE.format(gate.VERSION))
        return
    seconds = number_fr(time.monotonic() - began, 1)
    click.echo(f"Vigie est à jour (migration {gate.VERSION}) et rouverte, en {seconds} s.")
    click.echo(
        "Relancez partout web, worker et clock : ceux de la version d’avant ne servent plus."
    )
