"""``flask --app wsgi journal seal | verify | purge``."""

import sys
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

#: exit code when the lines follow one another and nothing proves them
UNPROVED = 2

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
    """Parcourt la chaîne et les scellés ; code 1 et ce qui est rompu, code 2 si rien ne prouve ce qui se lit."""
    config = current_app.config["VIGIE"]
    owner_url = current_app.config["VIGIE_ENDPOINTS"].require_owner_url()
    key = config.require_journal_key()
    started = time.perf_counter()
    try:
        file = seals.read(path or seals.file_of(config.home))
        with psycopg.connect(conninfo(owner_url), autocommit=True) as connection:
            walk = chain.verify(connection, file, key=key, today=utcnow().date())
    except (chain.BrokenError, seals.UnreadableSealsError) as error:
        raise click.ClickException(f"Journal rompu : {error}") from None
    click.echo(f"{_verdict(walk)} {number_fr(time.perf_counter() - started, 1)} s.")
    for finding in walk.clock.findings(walk.read_at or utcnow()):
        click.echo(f"Horloge : {finding}")
    if not walk.seals:
        sys.exit(UNPROVED)


def _verdict(walk: chain.Walk) -> str:
    lines = number_fr(walk.lines)
    if not walk.seals:
        return (
            f"Journal non prouvé : {lines} lignes qui se suivent, sans aucun scellé ni dans le fichier ni dans la table ;"
            " une fin supprimée ne se verrait pas. Le premier scellé vient la nuit qui suit la première ligne."
        )
    last = walk.seals[-1]
    return (
        f"Journal intact : {lines} lignes, {number_fr(len(walk.seals))} scellés, le dernier du {date_fr(last.day)} ;"
        f" {number_fr(walk.since_seal)} lignes écrites depuis, que rien ne prouve encore."
    )


@group.command("purge")
def purge() -> None:
    """Supprime les mois scellés de plus de douze mois."""
    from app.audit import jobs

    click.echo(f"Lignes supprimées : {number_fr(jobs.purge_months())}.")
