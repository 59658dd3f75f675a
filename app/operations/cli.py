"""``flask --app wsgi instance backup | backups | backup-key | check | homologation | restore | upgrade``: commands of an operator."""

import json
import time
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app

from app.core.access.identity import system_identity
from app.core.database.endpoints import Endpoints
from app.core.database.instance import group
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.text.french import datetime_fr, number_fr, size_fr
from app.operations.sets.store import provider_at
from app.operations.upgrades.cli import upgrade
from config import Config

PLACE = click.Path(path_type=Path, file_okay=False)


def init_app() -> None:
    """Add the commands to those of the instance."""
    for command in (backup, backups, backup_key, check, homologation, restore, rehearse, upgrade):
        group.add_command(command)


@click.command("backup")
@click.argument("destination", type=PLACE, required=False)
def backup(destination: Path | None) -> None:
    """Sauvegarde l’instance, chiffrée, dans DESTINATION ou dans VIGIE_BACKUP_TO ; elle continue de servir."""
    from app.operations import jobs

    began = time.monotonic()
    made, removed = jobs.back_up(_place(destination))
    click.echo(
        f"Sauvegarde {made.name} vérifiée : {number_fr(sum(made.tables.values()))} lignes, {number_fr(made.files)} fichiers, "
        f"{size_fr(made.size)} en {number_fr(time.monotonic() - began, 1)} s."
    )
    for name in removed:
        click.echo(f"Sauvegarde {name} retirée : VIGIE_BACKUP_KEEP ne la garde plus.")
    click.echo("Les clés n’y sont pas : gardez-les ailleurs (docs/operations.md, « Backup »).")


@click.command("backups")
@click.argument("destination", type=PLACE, required=False)
def backups(destination: Path | None) -> None:
    """Liste les sauvegardes de DESTINATION ou de VIGIE_BACKUP_TO ; code 1 s’il n’y en a pas."""
    from app.operations.sets import verifying

    store = provider_at(_place(destination))
    names = store.names()
    for name in names:
        made = verifying.read_manifest(store, name, None)
        click.echo(f"{name}  {datetime_fr(made.made_at)}  {size_fr(made.size)}")
    if not names:
        raise click.ClickException(f"Aucune sauvegarde complète dans {store.place}.")


@click.command("backup-key")
def backup_key() -> None:
    """Tire une clé de sauvegarde (VIGIE_BACKUP_KEY) : à garder hors de la machine, rien ne la remplace."""
    from app.operations.sets import keys

    click.echo(keys.drawn())


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Un objet JSON par constat.")
def check(*, as_json: bool) -> None:
    """Dit ce qui manque à l’instance ou la met en danger, et quoi faire ; code 1 si elle ne doit pas démarrer ainsi."""
    from app.operations.checks.every import look
    from app.operations.checks.findings import Gravity, Looked

    with unit_of_work(system_identity("Contrôle de l’instance")) as session:
        found = look(Looked(config=_config(), session=session))
    for finding in found:
        told = {"gravite": finding.gravity.value, "constat": finding.told, "remede": finding.remedy}
        sentence = f"{finding.gravity.label} : {finding.told}\n  → {finding.remedy}"
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else sentence)
    if any(finding.gravity is Gravity.BLOCKING for finding in found):
        raise click.ClickException("L’instance ne doit pas démarrer ainsi.")
    click.echo("Rien ne s’oppose au démarrage.", err=True)


@click.command("homologation")
@click.argument("destination", type=PLACE)
def homologation(destination: Path) -> None:
    """Écrit dans DESTINATION le dossier d’homologation et l’inventaire des composants, d’après le code et l’instance."""
    from app.operations.homologation import dossier

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    with unit_of_work(system_identity("Dossier d’homologation")) as session:
        paths = dossier.write(app, session, destination.resolve())
    for path in paths:
        click.echo(f"Écrit : {path}")


@click.command("restore")
@click.argument("source", type=PLACE)
def restore(source: Path) -> None:
    """Restaure SOURCE, une sauvegarde, dans une instance vide ; rien n’est écrit avant qu’elle soit vérifiée."""
    from app.operations.restores import loading, opening, places

    began = time.monotonic()
    source = source.resolve()
    with places.alone(_config().home):
        manifest = loading.load(_config(), provider_at(source.parent), source.name)
        trials = opening.open_place(_config(), _urls(), manifest)
    for trial in trials:
        click.echo(f"{'✓' if trial.passed else '✗'} {trial.name} : {trial.told}")
    if not all(trial.passed for trial in trials):
        raise click.ClickException(
            "La restauration n’est pas bonne : l’instance reste fermée. Prenez une autre sauvegarde, ou signalez ce qui diffère."
        )
    seconds = number_fr(time.monotonic() - began, 1)
    click.echo(f"Instance restaurée, telle que le {datetime_fr(manifest.made_at)}, en {seconds} s.")


@click.command("rehearse", hidden=True)
@click.argument("source", type=PLACE)
def rehearse(source: Path) -> None:
    """Restaure SOURCE dans une instance à jeter, y entre, dit en JSON ce qui a été essayé : le geste d’une vérification."""
    from app.operations.drills import entrance
    from app.operations.restores import loading, opening, trials

    manifest = loading.load(_config(), provider_at(source.parent), source.name)
    done = opening.open_place(_config(), _urls(), manifest)
    if all(trial.passed for trial in done):
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
        done.append(trials.timed("Une connexion", lambda: entrance.try_sign_in(app)))
    click.echo(json.dumps([asdict(trial) for trial in done], ensure_ascii=False))


def _place(destination: Path | None) -> Path:
    place = destination or _config().backup_to
    if place is None:
        raise DomainError(
            "Dites où : flask --app wsgi instance backup DOSSIER, ou VIGIE_BACKUP_TO."
        )
    return place.resolve()


def _config() -> Config:
    config: Config = current_app.config["VIGIE"]
    return config


def _urls() -> Endpoints:
    urls: Endpoints = current_app.config["VIGIE_ENDPOINTS"]
    return urls
