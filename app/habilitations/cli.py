"""``flask --app wsgi habilitations grant | appoint | reactivate``: rights without the web, for the first accounts or as a last resort."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.queries import find_agent_by_email
from app.core.access.identity import Nature, Role, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.habilitations.agents import services as agents
from app.habilitations.rights import services
from app.habilitations.rights.services import Rights
from app.habilitations.roles import services as roles

group = AppGroup("habilitations", help="Les droits des agents.")

ACTOR = system_identity("Commande habilitations")


@group.command("grant")
@click.argument("email")
@click.option("--zone", required=True, help="21 (département), R27 (région) ou FR.")
@click.option(
    "--nature", "natures", type=click.Choice([nature.value for nature in Nature]), multiple=True,
    required=True, help="Peut être répété.",
)  # fmt: skip
@click.option("--network", "networks", multiple=True, help="codefi, crp, urssaf… ; répétable.")
@click.option("--validated-by", required=True, help="Adresse de la personne qui valide.")
@click.option("--function", default=None, help="Fonction ; à défaut, celle du compte.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Fin, exclue ; à défaut dans 180 jours."
)
def grant(
    *,
    email: str,
    zone: str,
    natures: tuple[str, ...],
    networks: tuple[str, ...],
    validated_by: str,
    function: str | None,
    until: datetime | None,
) -> None:
    """Donne à EMAIL le droit de lire des natures de données dans une zone, et ses réseaux."""
    with _work() as session:
        agent = _agent(session, email)
        rights = Rights(
            zone=zone,
            natures=tuple(Nature(nature) for nature in natures),
            function=function or agent.job_title,
            ends_on=until.date() if until else None,
        )
        habilitation = services.grant(
            session, ACTOR, agent, rights, validator=_agent(session, validated_by)
        )
        services.join(session, ACTOR, agent, networks)
        click.echo(
            f"{agent.email} : habilitation en zone {zone} jusqu’au {habilitation.ends_on:%d/%m/%Y}."
        )


@group.command("appoint")
@click.argument("email")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="Rôle à donner."
)
def appoint(email: str, *, role: str) -> None:
    """Donne un rôle à EMAIL sans qu’un autre en décide : le premier contrôleur, le premier correspondant d’une administration."""
    with _work() as session:
        agent = _agent(session, email)
        is_new = roles.appoint(session, ACTOR, agent, Role(role))
    click.echo(f"{email} : {'rôle donné' if is_new else 'a déjà ce rôle'}.")


@group.command("reactivate")
@click.argument("email")
def reactivate(email: str) -> None:
    """Réactive le compte suspendu EMAIL, quand plus personne ne peut le faire dans Vigie."""
    with _work() as session:
        agents.reactivate(session, ACTOR, _agent(session, email))
    click.echo(f"{email} : compte réactivé.")


@contextmanager
def _work() -> Iterator[Session]:
    try:
        with unit_of_work(ACTOR) as session:
            yield session
    except DomainError as error:
        raise click.ClickException(error.message) from error


def _agent(session: Session, email: str) -> Agent:
    agent = find_agent_by_email(session, email)
    if agent is None:
        raise DomainError(f"Aucun compte actif n’a l’adresse {email}.")
    return agent
