"""Telling those who decide on a role that it is asked, then whoever asked and whoever holds it what was decided."""

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.queries import find_names
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.front.addresses import address_of, path_to
from app.habilitations.models import RequestState
from app.habilitations.roles import queries
from app.habilitations.roles.labels import role_names
from app.habilitations.roles.models import RoleRequest
from app.messages import bell
from app.messages.letters import Letter, Link, Part
from app.messages.models import Reason
from app.messages.outbox import post

ASKED = "Un rôle attend votre décision"
WHY = "Annonce d’une demande de rôle"
NOBODY = (
    "Personne ne peut encore décider de ce rôle : il y faut un contrôleur, ou un correspondant de l’administration de"
    " l’agent. L’exploitant nomme les premiers par la commande « habilitations appoint »."
)


def tell_asked(session: Session, identity: Identity, request: RoleRequest) -> None:
    """Tell everybody who may decide, by the bell and by e-mail. Raise `DomainError` when there is nobody."""
    key = _key(request)
    with writing_as_system(session, identity, reason=WHY):
        deciders = queries.list_deciders(session, request)
        letter, path = _asking(session, request), path_to("habilitations.role_requests")
        for decider in deciders:
            bell.announce(
                session, agent_id=decider.id, key=key, subject=ASKED, path=path, reason=Reason.DECIDES
            )  # fmt: skip
            post(session, agent_id=decider.id, key=f"{key}:{decider.id}", letter=letter)
    if not deciders:
        raise DomainError(NOBODY, field="roles")


def tell_decided(session: Session, identity: Identity, request: RoleRequest) -> None:
    """Tell whoever asked and, once it is given, whoever holds it; the others have nothing left to decide."""
    role = role_names([request.role])
    is_given = request.state is RequestState.VALIDATED
    with writing_as_system(session, identity, reason=WHY):
        names = find_names(session, [request.agent_id])
        bell.settle(session, [_key(request)])
        key = f"{_key(request)}:decided"
        subject = f"{role}, {names[request.agent_id]} : {'donné' if is_given else 'refusé'}"
        path = path_to("habilitations.agent", agent_id=request.agent_id)
        bell.announce(
            session, agent_id=request.requested_by, key=key, subject=subject, path=path, reason=Reason.ASKED,
        )  # fmt: skip
        if is_given:
            bell.announce(
                session, agent_id=request.agent_id, key=key, subject=f"Un rôle vous est donné : {role}",
                path=path_to("account.show"), reason=Reason.ACCOUNT,
            )  # fmt: skip


def _key(request: RoleRequest) -> str:
    return f"role-request:{request.id}"


def _asking(session: Session, request: RoleRequest) -> Letter:
    agent = session.get_one(Agent, request.agent_id)
    asker = find_names(session, [request.requested_by])[request.requested_by]
    told = (
        f"{asker} demande que {agent.full_name} ({agent.administration.label}) devienne"
        f" {role_names([request.role]).lower()}. Sans votre décision, rien ne change."
    )
    return Letter(
        subject=ASKED,
        parts=[Part(text=told)],
        action=Link(label="Décider dans Vigie", url=address_of("habilitations.role_requests")),
    )
