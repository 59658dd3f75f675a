"""``flask --app wsgi demo build | serve | mail``."""

import os
import sys

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.localpg import local_cluster
from app.demo import build as building
from app.demo import mail, serve
from app.demo.people import PEOPLE, passphrase
from app.extensions import db
from config import Config

group = AppGroup("demo", help="La démonstration : région simulée, personnes inventées.")


@group.command("build")
@click.option("--firms", default=3000, show_default=True, help="Entreprises simulées.")
@click.option("--months", default=84, show_default=True, help="Mois simulés.")
def build(firms: int, months: int) -> None:
    """Construit la démonstration ; ce qui est déjà fait n’est pas refait."""
    building.build(firms=firms, months=months, say=click.echo)


@group.command("serve")
def serve_all() -> None:
    """Sert la démonstration : web, ordonnanceur, horloge et puits à courriels."""
    config: Config = current_app.config["VIGIE"]
    port = int(os.environ.get("PORT", "5000"))
    if not serve.is_free(port):
        click.echo(f"Le port {port} est déjà pris. Choisissez-en un autre : make demo PORT=5001", err=True)
        sys.exit(1)
    click.echo(f"\nVigie : http://127.0.0.1:{port}   (Ctrl-C pour arrêter)\n")
    phrase = passphrase(config.home)
    for person in PEOPLE:
        click.echo(f"  {person.email:<22} {phrase}   {person.first_name} {person.last_name}, {person.job_title}")
    click.echo(f"\nCourriels envoyés : {config.home / 'mail'}\n")
    db.engine.dispose()
    code = serve.serve(port=port, home=config.home)
    if config.database_url is None:
        local_cluster(config.home).stop()
    sys.exit(code)


@group.command("mail")
@click.option("--port", type=int, required=True)
def sink(port: int) -> None:
    """Reçoit les courriels de la démonstration et les range en fichiers."""
    config: Config = current_app.config["VIGIE"]
    db.engine.dispose()
    mail.run(port=port, directory=config.home / "mail")
