"""An instance from nothing, and what it holds: ``flask --app wsgi instance create | status | stop``."""

import json

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import text

from app.core import database, seeds
from app.core.identity import system_identity
from app.core.localpg import local_cluster
from app.core.unit_of_work import unit_of_work
from app.extensions import db
from config import Config

group = AppGroup("instance", help="Préparer et décrire l’instance.")

#: what `status` counts, in words
COUNTED = {"agent": "agents", "company": "entreprises", "establishment": "établissements", "detection_list": "listes",
           "support_case": "accompagnements", "visit": "visites", "comment": "commentaires", "label": "étiquettes"}  # fmt: skip


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(group)


@group.command("create")
def create() -> None:
    """Prépare une instance vide : base, rôles, migrations, listes de référence."""
    config: Config = current_app.config["VIGIE"]
    found = database.prepare(config)
    upgrade()
    with unit_of_work(system_identity("Préparation de l’instance")) as session:
        seeds.plant(session)
    click.echo(f"Instance prête : {found.place}")


@group.command("status")
@click.option("--json", "as_json", is_flag=True, help="Un objet JSON.")
def status(as_json: bool) -> None:
    """Dit où est l’instance et ce qu’elle contient."""
    config: Config = current_app.config["VIGIE"]
    with unit_of_work(system_identity("État de l’instance")) as session:
        revision = session.scalar(text("select version_num from alembic_version"))
        counts = {
            label: session.scalar(text(f"select count(*) from {table}"))
            for table, label in COUNTED.items()
        }
    facts = {
        "home": str(config.home),
        "database": current_app.config["VIGIE_ENDPOINTS"].place,
        "migration": revision,
        "contains": counts,
    }
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(
        f"Dossier      : {facts['home']}\nBase         : {facts['database']}\nMigration    : {revision}"
    )
    for label, count in counts.items():
        click.echo(f"{label.capitalize():<16}: {count}")


@group.command("stop")
def stop() -> None:
    """Arrête le PostgreSQL embarqué de l’instance."""
    config: Config = current_app.config["VIGIE"]
    if config.database_url is not None:
        click.echo("L’instance utilise un serveur PostgreSQL extérieur : rien à arrêter.")
        return
    db.engine.dispose()
    local_cluster(config.home).stop()
    click.echo("PostgreSQL embarqué arrêté.")
