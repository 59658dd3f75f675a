"""The API: JSON read by the bearer of a token, and by nobody else."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Row
from werkzeug.exceptions import BadRequest, HTTPException, TooManyRequests

from app.cases.models import Case
from app.core.access.guard import Subject, access, public, require_identity
from app.core.access.permissions import Permission
from app.core.database.keyset import Slice
from app.core.journal import Event
from app.core.web.forms import number_or_none
from app.core.web.pace import Pace, paced
from app.exchanges.api import description, queries
from app.exchanges.api.bearers import journaled, refusal, scoped
from app.exchanges.api.presenters import (
    case_json,
    change_json,
    comment_json,
    deadline_json,
    visit_json,
)
from app.exchanges.files.standing import read
from app.exchanges.references import reference_of
from app.exchanges.tokens.models import Scope
from app.extensions import db

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
pages = Blueprint("api_pages", __name__)

CASE = Subject("own_case", "reference", queries.get_own)
READINGS = Pace(
    events=(Event.API_READ,),
    within=timedelta(minutes=1),
    limit=lambda config: config.api_readings_per_minute,
    description="lectures de l’API en une minute",
)
BAD_MOMENT = (
    "« modifie_depuis » est un moment ISO 8601 avec son fuseau, par exemple 2026-11-22T08:00:00Z."
)
BAD_NUMBER = "« apres » est le numéro du dernier changement lu ; 0 pour le début."
MESSAGES = {
    400: "La demande est mal formée.",
    401: "Un jeton en service est nécessaire, dans l’en-tête « Authorization: Bearer ».",
    403: "Ce jeton n’ouvre pas cela.",
    404: "Cela n’existe pas, ou ne fait pas partie de ce que l’agent du jeton lit.",
    429: "Trop de lectures en une minute.",
}
T = TypeVar("T")


@blueprint.get("/accompagnements")
@access(Permission.API_READ)
@scoped(Scope.CASES)
@paced(READINGS)
def cases() -> ResponseReturnValue:
    """The accompagnements in which the agent takes part."""
    session, identity = db.session(), require_identity()
    found = queries.page_of_numbers(session, identity, since=_since(), cursor=_cursor())
    standings = list(read(session, identity, [row[0] for row in found.rows]))
    sirens = sorted({standing.case.siren for standing in standings})
    journaled(Scope.CASES, count=len(standings), sirens=sirens)
    shown = [case_json(standing) for standing in standings]
    return _answer({"accompagnements": shown, "suite": found.next_cursor})


@blueprint.get("/accompagnements/<reference>")
@access(Permission.API_READ, subject=CASE)
@scoped(Scope.CASES)
@paced(READINGS)
def case(own_case: Case) -> ResponseReturnValue:
    """One of them."""
    (standing,) = read(db.session(), require_identity(), [own_case.id])
    journaled(Scope.CASES, count=1, sirens=[own_case.siren])
    return _answer(case_json(standing))


@blueprint.get("/accompagnements/<reference>/echeances")
@access(Permission.API_READ, subject=CASE)
@scoped(Scope.DEADLINES)
@paced(READINGS)
def deadlines(own_case: Case) -> ResponseReturnValue:
    """Its échéances."""
    found = queries.page_of_deadlines(db.session(), own_case, _cursor())
    return _of_case(Scope.DEADLINES, own_case, found, deadline_json)


@blueprint.get("/accompagnements/<reference>/visites")
@access(Permission.API_READ, subject=CASE)
@scoped(Scope.VISITS)
@paced(READINGS)
def visits(own_case: Case) -> ResponseReturnValue:
    """The contacts and visits of its firm."""
    found = queries.page_of_visits(db.session(), own_case, _cursor())
    return _of_case(Scope.VISITS, own_case, found, visit_json)


@blueprint.get("/accompagnements/<reference>/commentaires")
@access(Permission.API_READ, subject=CASE)
@scoped(Scope.COMMENTS)
@paced(READINGS)
def comments(own_case: Case) -> ResponseReturnValue:
    """The comments on its firm."""
    found = queries.page_of_comments(db.session(), own_case, _cursor())
    return _of_case(Scope.COMMENTS, own_case, found, comment_json)


@blueprint.get("/changements")
@access(Permission.API_READ)
@scoped(Scope.CHANGES)
@paced(READINGS)
def changes() -> ResponseReturnValue:
    """What happened since: the number of the last one is where the next reading begins."""
    after = number_or_none(request.args.get("apres", "0"))
    if after is None:
        raise BadRequest(BAD_NUMBER)
    found = queries.list_changes(db.session(), require_identity(), after=after)
    journaled(Scope.CHANGES, count=len(found), sirens=sorted({event.siren for event in found}))
    last = found[-1].id if found else after
    return _answer({"changements": [change_json(event) for event in found], "dernier": last})


@blueprint.get("/openapi.json")
@public(why="documentation de l’API : aucune donnée")
def openapi() -> ResponseReturnValue:
    """The description of the API."""
    return _answer(description.document())


@pages.get("/compte/jetons/documentation")
@access(Permission.API_TOKEN_MAKE)
def documentation() -> ResponseReturnValue:
    """The description of the API, in French, for whoever connects a tool."""
    return render_template("exchanges/documentation.html", paths=description.paths())


@blueprint.errorhandler(HTTPException)
@blueprint.errorhandler(TooManyRequests)
def refuse(error: HTTPException) -> ResponseReturnValue:
    """Say in JSON why a request is refused."""
    code = error.code or 500
    known = MESSAGES.get(code, "La demande n’a pas pu être suivie.")
    # Werkzeug's own descriptions are in English.
    said = error.description if error.description != type(error).description else None
    answer = make_response(refusal(code, said or known), code)
    if code == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Vigie"'
    wait = getattr(error, "retry_after", None)
    if wait is not None:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _of_case(
    scope: Scope, own_case: Case, found: Slice[Row[T]], present: Callable[[T], dict[str, Any]]
) -> Response:
    """A page of what an accompagnement has."""
    rows: Sequence[T] = [row[0] for row in found.rows]
    reference = reference_of(own_case.id)
    journaled(scope, count=len(rows), sirens=[own_case.siren], case_id=own_case.id)
    shown = [present(row) for row in rows]
    return _answer({"accompagnement": reference, scope.value: shown, "suite": found.next_cursor})


def _answer(content: dict[str, Any]) -> Response:
    """What is read, or nothing when whoever asks has it already (ETag)."""
    answer = jsonify(content)
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _since() -> datetime | None:
    typed = request.args.get("modifie_depuis")
    if not typed:
        return None
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise BadRequest(BAD_MOMENT) from None
    if moment.tzinfo is None:
        raise BadRequest(BAD_MOMENT)
    return moment


def _cursor() -> str | None:
    return request.args.get("suite")
