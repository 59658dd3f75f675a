"""``flask --app wsgi accounts create``: an account without the web, the first of an instance for a start."""

import secrets

import click
from flask.cli import AppGroup

from app.accounts import recognition, services
from app.accounts.models import Administration
from app.accounts.services import NewAccount
from app.core.errors import DomainError
from app.core.identity import Role, system_identity
from app.core.unit_of_work import unit_of_work

group = AppGroup("accounts", help="Les comptes des agents.")

ACTOR = system_identity("Commande accounts create")


@group.command("create")
@click.argument("email")
@click.option("--first-name", required=True, help="Prénom.")
@click.option("--last-name", required=True, help="Nom.")
@click.option(
    "--administration", type=click.Choice([known.value for known in Administration]), required=True
)
@click.option(
    "--role", "roles", type=click.Choice([known.value for known in Role]), multiple=True,
    default=[Role.AGENT.value], show_default=True, help="Peut être répété.",
)  # fmt: skip
@click.option("--job-title", default="", help="Fonction.")
@click.option("--prompt", is_flag=True, help="Demande la phrase de passe au lieu de la tirer.")
def create(
    *,
    email: str,
    first_name: str,
    last_name: str,
    administration: str,
    roles: tuple[str, ...],
    job_title: str,
    prompt: bool,
) -> None:
    """Ouvre un compte ; sa phrase de passe, tirée au sort, n’est montrée qu’ici."""
    password = _asked() if prompt else secrets.token_urlsafe(18)
    account = NewAccount(
        email=email,
        first_name=first_name,
        last_name=last_name,
        administration=Administration(administration),
        job_title=job_title,
        roles=tuple(Role(role) for role in roles),
        password=password,
    )
    try:
        with unit_of_work(ACTOR) as session:
            agent = services.open_account(session, ACTOR, account)
            click.echo(f"Compte n° {agent.id} ouvert : {agent.email}")
    except DomainError as error:
        raise click.ClickException(error.message) from error
    if not prompt:
        click.echo(f"Phrase de passe : {password}")


@group.command("unlink")
@click.argument("email")
def unlink(email: str) -> None:
    """Délie un compte de son identité ProConnect ; la prochaine connexion le reliera de nouveau."""
    actor = system_identity("Commande accounts unlink")
    try:
        with unit_of_work(actor) as session:
            agent = recognition.unlink(session, actor, email)
            click.echo(f"Compte n° {agent.id} délié : {agent.email}")
    except DomainError as error:
        raise click.ClickException(error.message) from error


def _asked() -> str:
    answer: str = click.prompt("Phrase de passe", hide_input=True, confirmation_prompt="Encore")
    return answer
