"""An agent who exercises their rights: what their account says of them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.now import day_of
from app.core.persons.places import HeldObject, PersonPlace
from app.core.text.french import datetime_fr


def read(session: Session, numbers: Sequence[int]) -> Sequence[HeldObject]:
    """Return agents, those who left too."""
    found = select(Agent).where(Agent.id.in_(numbers)).order_by(Agent.id.desc())
    return [_held(agent) for agent in session.scalars(found)]


PLACE = PersonPlace(
    kind="agent", label="Comptes d’agents", read=read,
    whom="l’agent lui-même, dans « Mon compte », ou un correspondant de son administration",
    retained="Nécessaire à la sécurité et à la preuve de qui a lu et décidé quoi (RGPD, articles 17, § 3, b et 32) : un compte se ferme.",
)  # fmt: skip


def _held(agent: Agent) -> HeldObject:
    return HeldObject(
        object_id=agent.id, title="Compte d’agent",
        own={
            "Nom": agent.full_name, "Courriel": agent.email, "Téléphone": agent.telephone or "", "Fonction": agent.job_title,
            "Administration": agent.administration.label, "Compte ouvert": "oui" if agent.active else "non",
            "Dernière connexion": datetime_fr(agent.last_signed_in_at) if agent.last_signed_in_at else "",
        },
        day=day_of(agent.created_at), email=agent.email, telephone=agent.telephone or "",
    )  # fmt: skip
