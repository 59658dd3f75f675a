"""`/sante`: what a balancer, a container or a watcher asks every few seconds."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.core.access.guard import public
from app.core.access.identity import system_identity
from app.core.access.rows import acting_as, carry
from app.core.database.replica import reading
from app.core.database.unit_of_work import request_session
from app.operations.health import queries

blueprint = Blueprint("health", __name__)

WATCHER = system_identity("Surveillance")
#: parts without which no page is served; without the others, pages are served and work waits
NEEDED = ("base", "migrations")


@blueprint.get("/sante")
@public(
    why="dit si chaque partie du service est là, par oui ou par non : aucune donnée, aucun secret"
)
def show() -> ResponseReturnValue:
    """Say whether each part is up: 200, or 503 when pages cannot be served."""
    with acting_as(WATCHER):
        session = request_session()
        carry(session.connection(), WATCHER)
        parts = queries.parts(session) | _replica()
    status = 200 if all(parts[name] for name in NEEDED) else 503
    return jsonify(etat="ok" if all(parts.values()) else "degrade", parties=parts), status


def _replica() -> dict[str, bool]:
    """Whether the replica is read, where there is one: without it, the primary serves every page."""
    found = reading.follower()
    return {} if found is None else {"replique": found.is_followed()}
