"""``flask --app wsgi accounts create | unlock | reset | unlink``: accounts without the web, starting with the first of an instance."""

import secrets

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.accounts import queries, services
from app.accounts.models import Administration, Agent
from app.accounts.proconnect import recognition
from app.accounts.services import NewAccount
from app.core.access.identity import Role, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError

group = AppGroup("accounts", help="Les comptes des agents.")

ACTOR = system_identity("Commande accounts")


@group.command("create")
@click.argument("email")
@click.option("--first-name", required=True, help="Prénom.")
@click.option("--last-name", required=True, help="Nom.")
@click.option(
    "--administration",
    type=click.Choice([member.value for member in Administration]),
    required=True,
)
@click.option(
    "--role", "roles", type=click.Choice([member.value for member in Role]), multiple=True,
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
    password = _prompted() if prompt else secrets.token_urlsafe(18)
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


@group.command("unlock")
@click.argument("email")
def unlock(email: str) -> None:
    """Débloque le compte EMAIL et son second facteur : leurs échecs sont oubliés."""
    with unit_of_work(ACTOR) as session:
        agent = _agent(session, email)
        had_failures = services.unlock_account(session, ACTOR, agent)
        click.echo(f"{agent.email} : {'débloqué.' if had_failures else 'rien n’était bloqué.'}")


@group.command("reset")
@click.argument("email")
@click.confirmation_option(
    prompt="La phrase de passe, les seconds facteurs et les sessions du compte seront remplacés. Continuer ?"
)
def reset(email: str) -> None:
    """Rend le compte EMAIL à qui a tout perdu : nouvelle phrase de passe, plus aucun second facteur."""
    with unit_of_work(ACTOR) as session:
        agent = _agent(session, email)
        passphrase = services.reset_account(session, ACTOR, agent)
        click.echo(f"{agent.email} : compte remis à neuf, sessions fermées.")
    click.echo(f"Phrase de passe : {passphrase}")


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


def _agent(session: Session, email: str) -> Agent:
    agent = queries.find_agent_by_email(session, email)
    if agent is None:
        raise click.ClickException(f"Aucun compte actif n’a l’adresse {email}.")
    return agent


def _prompted() -> str:
    answer: str = click.prompt("Phrase de passe", hide_input=True, confirmation_prompt="Encore")
    return answer
