"""Whether there is somebody to give rights, to watch over the journal, and to answer whoever is refused at the door."""

from collections.abc import Iterator

from sqlalchemy import func, select

from app.accounts.models import Agent
from app.accounts.queries import holders_of
from app.core.access.identity import Role
from app.operations.checks.findings import InstanceFinding, Looked, to_know, unsafe

#: role -> how many people hold it at least, and why
NEEDED = {
    Role.ADMINISTRATEUR: (2, "Un seul administrateur absent laisserait l’instance sans personne."),
    Role.CONTROLEUR: (
        1,
        "Sans contrôleur, personne ne lit le journal ni ne décide des rôles qui décident.",
    ),
}


def check_people(looked: Looked) -> Iterator[InstanceFinding]:
    """Whether each role that an instance cannot do without is held."""
    for role, (needed, why) in NEEDED.items():
        held = select(func.count()).where(Agent.active, Agent.id.in_(holders_of(role)))
        count = looked.session.scalar(held) or 0
        if count < needed:
            say = unsafe if looked.config.production else to_know
            yield say(
                f"{count} compte actif a le rôle {role.value} ; il en faut {needed}. {why}",
                f"flask --app wsgi accounts create … --role {role.value}, ou habilitations appoint EMAIL --role {role.value}",
            )


def check_contact(looked: Looked) -> Iterator[InstanceFinding]:
    """Whether whoever is refused at the door is told whom to write to."""
    if looked.config.contact is None:
        yield to_know(
            "VIGIE_CONTACT n’est pas défini : un agent refusé à l’entrée ne saura pas à qui écrire.",
            "Donnez l’adresse de l’équipe, par exemple VIGIE_CONTACT=acces@exemple.fr",
        )
