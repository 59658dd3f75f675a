"""``flask --app wsgi demo build | serve | mail | proconnect``."""

import logging
import sys
from typing import Any

import click
import structlog
from flask import current_app
from flask.cli import AppGroup, ScriptInfo

from app.core.errors import DomainError
from app.core.front.addresses import path_to
from app.extensions import db
from config import Config

PORT = click.IntRange(1, 65535)
REFUSED = (
    "La démonstration ne se fait pas avec VIGIE_ENV=production : elle invente des personnes, dont chacun connaît la phrase de "
    "passe. Donnez-lui une autre instance (VIGIE_HOME), sans VIGIE_ENV."
)


class DemoGroup(AppGroup):
    """The commands of the demonstration, none of which runs in production: they invent people, and know their passphrases."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; raise `DomainError` in production."""
        if ctx.ensure_object(ScriptInfo).load_app().config["VIGIE"].production:
            raise DomainError(REFUSED)
        return super().invoke(ctx)


group = DemoGroup("demo", help="La démonstration : région simulée, personnes inventées.")


@group.command("build")
@click.option("--firms", default=3000, show_default=True, help="Entreprises simulées.")
@click.option("--months", default=120, show_default=True, help="Mois simulés.")
@click.option("--for-port", type=PORT, help="S’assure d’abord que ce port est libre.")
def build(firms: int, months: int, for_port: int | None) -> None:
    """Construit la démonstration ; ce qui est déjà fait n’est pas refait."""
    from app.demo.build import run_steps
    from app.demo.steps import steps

    if for_port is not None:
        _require_free(for_port)
    # Fifty lines of log would hide the six that matter.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    run_steps(steps(firms=firms, months=months), say=click.echo)


@group.command("serve")
@click.option("--port", type=PORT, default=5000, show_default=True)
def serve_all(port: int) -> None:
    """Sert la démonstration : web, ordonnanceur, horloge, puits à courriels et faux ProConnect."""
    from app.core.database.cluster import local_cluster
    from app.demo import serve
    from app.demo.mailbox import routes
    from app.demo.people import PEOPLE, passphrase

    config: Config = current_app.config["VIGIE"]
    _require_free(port)
    site = f"http://127.0.0.1:{port}"
    click.echo(f"\nVigie : {site}   (Ctrl-C pour arrêter)\n")
    click.echo(
        "  Le plus simple : « Se connecter avec ProConnect », puis choisir une personne. Sinon :\n"
    )
    phrase = passphrase(config.home)
    for person in PEOPLE:
        click.echo(
            f"  {person.email:<22} {phrase}   {person.first_name} {person.last_name}, {person.job_title}"
        )
    with current_app.test_request_context():
        click.echo(f"\n  Le guichet public, sans compte : {site}{path_to('guichet.index')}")
    click.echo(f"  Les courriels envoyés : {site}{routes.PATH}")
    click.echo(f"  (un fichier chacun dans {config.home / 'mail'})\n")
    db.engine.dispose()
    code = serve.serve(port=port, home=config.home)
    if config.is_embedded:
        local_cluster(config.home).stop()
    sys.exit(code)


@group.command("mail")
@click.option("--port", type=PORT, required=True)
def sink(port: int) -> None:
    """Reçoit les courriels de la démonstration et les range en fichiers."""
    from app.demo.mailbox import sink as letters

    config: Config = current_app.config["VIGIE"]
    db.engine.dispose()
    letters.run(port=port, directory=config.home / "mail")


@group.command("proconnect")
@click.option("--port", type=PORT, required=True)
def identify(port: int) -> None:
    """Tient lieu de ProConnect : un clic sur une personne inventée la connecte."""
    from app.demo import proconnect

    config: Config = current_app.config["VIGIE"]
    db.engine.dispose()
    proconnect.run(config, port=port)


def _require_free(port: int) -> None:
    from app.demo import serve

    if not serve.is_free(port):
        raise DomainError(
            f"Le port {port} est déjà pris. Choisissez-en un autre : make demo PORT={port + 1}"
        )
