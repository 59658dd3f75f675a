"""« État du service »: each thing watched, since when it stands so, what is late and what to do."""

from typing import Any

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from app.core.access.elevation import reading_as_system
from app.core.access.guard import access
from app.core.access.permissions import Permission
from app.extensions import db
from app.operations.watch import presenters, queries

blueprint = Blueprint("service", __name__, url_prefix="/etat-du-service")

WHY = "État du service"


@blueprint.get("")
@access(Permission.SERVICE_READ)
def index() -> ResponseReturnValue:
    """Show how each watched thing stands now."""
    session = db.session()
    with reading_as_system(session, reason=WHY):
        read = queries.read(session, current_app.config["VIGIE"])
        known = queries.list_things(session)
        rows, unseen = presenters.rows(read, known), presenters.unseen(read, known)
    context: dict[str, Any] = {
        "alarms": [row for row in rows if row.todo],
        "rows": rows,
        "unseen": unseen,
        "moment": read.moment,
    }
    return render_template("operations/service.html", **context)
