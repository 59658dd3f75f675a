"""Who is there when a request bears a token: no cookie opens the API, and a token opens nothing else."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from app.core.access.guard import View, require_identity
from app.core.access.identity import Identity
from app.core.database.unit_of_work import apart, request_session
from app.core.journal import Event, record
from app.core.web.pages import Door
from app.exchanges.tokens import queries, services
from app.exchanges.tokens.models import Scope
from app.habilitations.queries import find_identity

PREFIX = "/api/"


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """The token of a request: its number, what it opens."""

    token_id: int
    scopes: frozenset[str]


def holder() -> Identity | None:
    """Return the agent whose token the request bears, with the rights that they have now; `None` when it opens nothing."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret:
        return None
    session = request_session()
    token = queries.find_by_secret(session, secret.strip())
    identity = None if token is None else find_identity(session.connection(), token.agent_id)
    if token is None or identity is None or not identity.is_habilitated:
        return None
    g.bearer = Bearer(token_id=token.id, scopes=frozenset(token.scopes))
    return identity


def scoped(scope: Scope) -> Callable[[View], View]:
    """Have a view, under its `access`, opened by the tokens that have a scope, and by no other."""

    def declare(view: View) -> View:
        @functools.wraps(view)
        def limited(**arguments: object) -> ResponseReturnValue:
            if scope.value not in g.bearer.scopes:
                raise Forbidden(f"Ce jeton n’a pas la portée « {scope.value} ».")
            return view(**arguments)

        return limited

    return declare


def journaled(scope: Scope, *, count: int, sirens: list[str], **details: Any) -> None:
    """Journal what was read by the token, and remember that it was used."""
    identity, bearer = require_identity(), g.bearer
    with apart(identity) as session:
        record(
            session, identity, Event.API_READ, api_token=bearer.token_id, scopes=[scope.value],
            count=count, sirens=sirens, **details,
        )  # fmt: skip
        services.touch(session, bearer.token_id)


def refusal(code: int, message: str) -> Response:
    """Say in JSON that a request is refused, and why."""
    return jsonify({"code": code, "message": message})


#: the addresses of the API
DOOR = Door(prefix=PREFIX, loader=holder, refusal=refusal)
