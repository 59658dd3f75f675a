"""``flask --app wsgi imports load DIR``: partner files into the lake and the portal."""

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.errors import DomainError
from app.core.identity import system_identity
from app.imports.services import FileAccount

group = AppGroup("imports", help="Importer les fichiers des partenaires.")


@group.command("load")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Un objet JSON par fichier.")
def load(directory: Path, *, as_json: bool) -> None:
    """Importe les fichiers partenaires de DIRECTORY : publiés ensemble ou pas du tout."""
    from app.imports import pipeline  # noqa: PLC0415 - loads the whole data-science package

    try:
        outcome = pipeline.load(
            system_identity("Imports"),
            directory=directory,
            home=current_app.config["VIGIE"].home,
        )
    except DomainError as error:
        raise click.ClickException(error.message) from error
    for account in outcome.accounts:
        click.echo(json.dumps(account.as_dict(), ensure_ascii=False) if as_json else _say(account))
    if outcome.unrecognised:
        click.echo(f"Fichiers ignorés : {', '.join(outcome.unrecognised)}", err=True)
    if outcome.error is not None:
        raise click.ClickException(
            f"Lot refusé, les données précédentes restent en place.\n{outcome.error}"
        )
    if not as_json:
        published = f"Lot {outcome.batch_id} publié." if outcome.batch_id else "Rien de nouveau."
        click.echo(published)


def _say(account: FileAccount) -> str:
    name = account.received.name
    if account.error:
        return f"{name} : refusé. {account.error}"
    if account.known:
        return f"{name} : déjà importé."
    reasons = "".join(f"\n    {count} × {reason}" for reason, count in account.reasons.items())
    return (
        f"{name} : {account.rows} lignes, {account.valid} valides,"
        f" {account.rejected} rejetées, {account.outside} hors périmètre{reasons}"
    )
