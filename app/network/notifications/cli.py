"""``flask --app wsgi network digest``: run the morning job now."""

import click
from flask.cli import AppGroup

from app.core.now import today

group = AppGroup("network", help="Le réseau : notifications et courriels.")


@group.command("digest")
def digest() -> None:
    """Écrit les résumés du jour ; le travailleur les envoie."""
    from app.network.notifications import jobs

    click.echo(f"Résumés écrits : {jobs.write_digests(today())}")
