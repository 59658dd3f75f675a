"""Beginning and ending to see Vigie as another agent, and what holds meanwhile."""

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

#: in the session: the number of who looks and of whom they look as
SEEN_AS = "seen_as"
#: what ends it, done by who really acts
ENDINGS = frozenset({"impersonation.stop", "accounts.close_session"})
#: what an agent alone reads: how they sign in, from where, and what they opened
PERSONAL = frozenset({"account", "factors", "readers.own"})
TARGET = Subject("target", "agent_id", services.get_target)


@blueprint.post("/agents/<int:agent_id>/voir-comme")
@access(Permission.AGENT_IMPERSONATE, subject=TARGET)
def start(target: Identity) -> ResponseReturnValue:
    """See Vigie as an agent, from the next page on."""
    own = require_identity()
    services.record_start(db.session(), own, target)
    session[SEEN_AS] = [own.agent_id, target.agent_id]
    return redirect(url_for("accounts.welcome"), 303)


@blueprint.post("/voir-comme/fin")
@access(Permission.ACCOUNT_OWN)
def stop() -> ResponseReturnValue:
    """Come back to one's own account."""
    end(require_identity())
    return redirect(url_for("accounts.welcome"), 303)


def end(own: Identity) -> None:
    """Forget as whom ``own`` was looking, and journal it; nothing happens if they were not."""
    seen = session.pop(SEEN_AS, None)
    if not seen or seen[0] != own.agent_id:
        return
    try:
        target = services.get_target(db.session(), own, seen[1])
    except NotFoundError:
        target = Identity(agent_id=seen[1], name="Compte fermé")
    services.record_end(db.session(), own, target)


def as_seen(own: Identity | None) -> Identity | None:
    """The identity of the request: ``own``, or the agent as whom they look, as long as the rule allows it.

    Asked before anybody is known: the transaction acts for the system.
    """
    seen = session.get(SEEN_AS)
    if seen is None or request.endpoint in ENDINGS:
        return own
    target = None if own is None or seen[0] != own.agent_id else _target(own, seen[1])
    if own is None or target is None:
        # Whoever signs in next, or who lost the right, looks with their own eyes.
        session.pop(SEEN_AS)
        return own
    return services.seen_by(own, target)


def hold_back() -> None:
    """Nothing is done in the name of another agent, and what is theirs alone is not read."""
    identity = current_identity()
    if identity is None or identity.impersonated_by is None:
        return
    if request.method not in SAFE_METHODS:
        refused = "rien ne peut être modifié."
    elif PERSONAL & {request.blueprint, request.endpoint}:
        refused = "son compte, ses connexions et ses accès ne sont lus que de cette personne."
    else:
        return
    raise Forbidden(
        f"Vous voyez Vigie comme {identity.name} : {refused} Revenez d’abord à votre compte."
    )


def _target(own: Identity, agent_id: int) -> Identity | None:
    target = find_identity(request_session().connection(), agent_id)
    return target if target and permits(own, Permission.AGENT_IMPERSONATE, target) else None
