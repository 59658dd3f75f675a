"""Starting and stopping seeing Vigie as another agent, and what is forbidden in between."""

from flask import Blueprint, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden
from werkzeug.utils import redirect

from app.core.access.guard import SAFE_METHODS, Subject, access, require_identity
from app.core.access.identity import Identity
from app.core.access.permissions import Permission, permits
from app.core.access.rows import current_identity
from app.core.database.unit_of_work import request_session
from app.core.errors import NotFoundError
from app.extensions import db
from app.habilitations.impersonation import services
from app.habilitations.queries import find_identity

blueprint = Blueprint("impersonation", __name__)

#: session key of a pair of agent ids: who is looking, and as whom
SEEN_AS = "seen_as"
#: endpoints that end it, run as the person who really acts
ENDINGS = frozenset({"impersonation.stop", "accounts.close_session"})
#: what only the agent may read: how they sign in, from where, what they have opened, their tokens, the files that they sent
PERSONAL = frozenset({"account", "api_tokens", "case_returns", "factors", "readers.own"})
TARGET = Subject("target", "agent_id", services.get_target)


@blueprint.post("/agents/<int:agent_id>/voir-comme")
@access(Permission.AGENT_IMPERSONATE, subject=TARGET)
def start(target: Identity) -> ResponseReturnValue:
    """See Vigie as another agent, from the next page on."""
    own = require_identity()
    services.record_start(db.session(), own, target)
    session[SEEN_AS] = [own.agent_id, target.agent_id]
    return redirect(url_for("accounts.welcome"), 303)


@blueprint.post("/voir-comme/fin")
@access(Permission.ACCOUNT_OWN)
def stop() -> ResponseReturnValue:
    """Return to my own account."""
    end(require_identity())
    return redirect(url_for("accounts.welcome"), 303)


def end(own: Identity) -> None:
    """Stop ``own`` from seeing Vigie as somebody else, and journal it; do nothing if they were not."""
    seen = session.pop(SEEN_AS, None)
    if not seen or seen[0] != own.agent_id:
        return
    try:
        target = services.get_target(db.session(), own, seen[1])
    except NotFoundError:
        target = Identity(agent_id=seen[1], name="Compte fermé")
    services.record_end(db.session(), own, target)


def as_seen(own: Identity | None) -> Identity | None:
    """The identity of the request: ``own``, or the agent as whom they are seeing Vigie, as long as the rule allows it.

    Called before the request has an identity: the transaction must act for the system.
    """
    seen = session.get(SEEN_AS)
    if seen is None or request.endpoint in ENDINGS:
        return own
    target = None if own is None or seen[0] != own.agent_id else _target(own, seen[1])
    if own is None or target is None:
        # Somebody else has signed in, or the right was lost: back to one's own identity.
        session.pop(SEEN_AS)
        return own
    return services.seen_by(own, target)


def restrict_impersonation() -> None:
    """Refuse any write on behalf of another agent, and any page that only that agent may read."""
    identity = current_identity()
    if identity is None or identity.impersonated_by is None:
        return
    if request.method not in SAFE_METHODS:
        refusal = "rien ne peut être modifié."
    elif PERSONAL & {request.blueprint, request.endpoint}:
        refusal = "son compte, ses connexions, ses accès et ses fichiers ne sont lus que de cette personne."
    else:
        return
    raise Forbidden(
        f"Vous voyez Vigie comme {identity.name} : {refusal} Revenez d’abord à votre compte."
    )


def _target(own: Identity, agent_id: int) -> Identity | None:
    target = find_identity(request_session().connection(), agent_id)
    return target if target and permits(own, Permission.AGENT_IMPERSONATE, target) else None
