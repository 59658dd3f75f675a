"""`/sante`: what a balancer, a container or a watcher asks every few seconds."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.core.access.guard import public
from app.core.access.identity import system_identity
from app.core.database.replica import reading
from app.core.database.unit_of_work import apart
from app.core.maintenance import gate
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
    """Say whether each part is up: 200, or 503 when pages cannot be served; in a maintenance too, whose parts are told."""
    with gate.maintaining(), apart(WATCHER) as session:
        parts, is_open = queries.parts(session) | _replica(), queries.is_open(session)
    status = 200 if is_open and all(parts[name] for name in NEEDED) else 503
    state = "ok" if all(parts.values()) else "degrade"
    return jsonify(etat=state if is_open else "maintenance", parties=parts), status


def _replica() -> dict[str, bool]:
    """Whether the replica is read, where there is one: without it, the primary serves every page."""
    found = reading.follower()
    return {} if found is None else {"replique": found.is_followed()}
