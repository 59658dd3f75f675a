"""Accompagnements chosen on their list for an act, which is then looked at on its own page."""

from urllib.parse import parse_qsl

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.utils import redirect as plain_redirect

from app.cases.board.asked import asked
from app.cases.bulk import queries
from app.cases.bulk.kinds import CASES
from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.web.forms import number_or_none
from app.core.web.htmx import redirect
from app.detections.bulk import services
from app.detections.bulk.pages import EVERY
from app.detections.bulk.routes import LONGEST_QUERY
from app.extensions import db

blueprint = Blueprint("case_bulk", __name__)


@blueprint.post("/accompagnements/lot")
@access(Permission.BULK_ACT)
def prepare() -> ResponseReturnValue:
    """Keep the accompagnements ticked, or those that the filters keep, for an act."""
    query = request.form.get("query", "")[:LONGEST_QUERY]
    kind = request.form.get("kind", "")
    try:
        act = services.prepare(
            db.session(), require_identity(), kind=kind, keys=_chosen(query), subject=CASES
        )
    except DomainError as error:
        flash(error.message, "error")
        return plain_redirect(f"{url_for('cases.index')}?{query}", 303)
    return redirect("bulk.show", act_id=act.id)


def _chosen(query: str) -> list[str]:
    """The numbers of those ticked, or of all that the filters keep, as far as `services.MOST` and one."""
    session, identity = db.session(), require_identity()
    if request.form.get("scope") != EVERY:
        ticked = (number_or_none(sent) for sent in request.form.getlist("case_id"))
        return [str(number) for number in ticked if number is not None]
    _, wanted = asked(session, identity, MultiDict(parse_qsl(query)))
    return queries.list_kept(session, identity, wanted, limit=services.MOST + 1)
