"""`/metriques`: what Prometheus reads, for whoever says the token of the instance; for anybody else, nothing is there."""

import hmac

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from app.core.access.guard import public
from app.core.access.identity import system_identity
from app.core.access.rows import acting_as, carry
from app.core.database.unit_of_work import request_session
from app.operations.metrics.exposition import exposed
from app.operations.watch import queries

blueprint = Blueprint("metrics", __name__)

READER = system_identity("Métriques")


@blueprint.get("/metriques")
@public(
    why="lu par Prometheus, qui n’a pas de session : un jeton de l’instance l’ouvre, sans lui l’adresse n’existe pas"
)
def show() -> ResponseReturnValue:
    """Answer what is counted and read: figures, names of routes, tasks and sources."""
    config = current_app.config["VIGIE"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not config.metrics_token or not hmac.compare_digest(given.encode(), config.metrics_token.encode()):  # fmt: skip
        abort(404)
    with acting_as(READER):
        session = request_session()
        carry(session.connection(), READER)
        read = queries.read(session, config)
    return Response(exposed(read), content_type=CONTENT_TYPE_LATEST)
