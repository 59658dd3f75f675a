"""``flask --app wsgi journal seal | verify | purge``."""

import time
from pathlib import Path

import click
import psycopg
from flask import current_app
from flask.cli import AppGroup

from app.audit.keeping import chain, seals
from app.core.now import utcnow
from app.core.text.french import date_fr, number_fr
from app.core.work.jobs import conninfo

group = AppGroup("journal", help="Sceller, vérifier et purger le journal.")


@group.command("seal")
def seal() -> None:
    """Scelle chaque jour terminé qui ne l’est pas encore."""
    from app.audit import jobs

    path = seals.file_of(current_app.config["VIGIE"].home)
    click.echo(f"Jours scellés : {jobs.seal_days()}. Fichier : {path}")


@group.command("verify")
@click.option(
    "--seals", "path", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Un autre exemplaire du fichier des scellés.",
)  # fmt: skip
def verify(path: Path | None) -> None:
    """Parcourt la chaîne et les scellés ; dit le premier maillon rompu, avec le code 1."""
    config = current_app.config["VIGIE"]
    owner_url = current_app.config["VIGIE_ENDPOINTS"].owner_url
    started = time.perf_counter()
    try:
        all_seals = seals.read(path or seals.file_of(config.home))
        with psycopg.connect(conninfo(owner_url), autocommit=True) as connection:
            walk = chain.verify(
                connection, all_seals, key=config.journal_key, today=utcnow().date()
            )
    except (chain.BrokenError, seals.UnreadableSealsError) as error:
        raise click.ClickException(f"Journal rompu : {error}") from None
    took = time.perf_counter() - started
    last = f", le dernier du {date_fr(all_seals[-1].day)}" if all_seals else ""
    click.echo(
        f"Journal intact : {number_fr(walk.lines)} lignes, {number_fr(len(all_seals))} scellés{last},"
        f" {number_fr(took, 1)} s."
    )


@group.command("purge")
def purge() -> None:
    """Supprime les mois scellés de plus de douze mois."""
    from app.audit import jobs

    click.echo(f"Lignes supprimées : {number_fr(jobs.purge_months())}.")
