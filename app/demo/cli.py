"""``flask --app wsgi demo build | serve | mail``."""

import logging
import os
import sys

import click
import structlog
from flask import current_app
from flask.cli import AppGroup

from app.core.localpg import local_cluster
from app.demo import mail, serve
from app.demo.build import run_steps
from app.demo.people import PEOPLE, passphrase
from app.demo.steps import steps
from app.extensions import db
from config import Config

group = AppGroup("demo", help="La démonstration : région simulée, personnes inventées.")


@group.command("build")
@click.option("--firms", default=3000, show_default=True, help="Entreprises simulées.")
@click.option("--months", default=120, show_default=True, help="Mois simulés.")
def build(firms: int, months: int) -> None:
    """Construit la démonstration ; ce qui est déjà fait n’est pas refait."""
    # Fifty lines of log would hide the six that tell.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    run_steps(steps(firms=firms, months=months), say=click.echo)


@group.command("serve")
def serve_all() -> None:
    """Sert la démonstration : web, ordonnanceur, horloge et puits à courriels."""
    config: Config = current_app.config["VIGIE"]
    port = int(os.environ.get("PORT", "5000"))
    if not serve.is_free(port):
        click.echo(
            f"Le port {port} est déjà pris. Choisissez-en un autre : make demo PORT=5001", err=True
        )
        sys.exit(1)
    click.echo(f"\nVigie : http://127.0.0.1:{port}   (Ctrl-C pour arrêter)\n")
    phrase = passphrase(config.home)
    for person in PEOPLE:
        click.echo(
            f"  {person.email:<22} {phrase}   {person.first_name} {person.last_name}, {person.job_title}"
        )
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
