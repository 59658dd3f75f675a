"""Files of accompagnements: taken out from their list, or from what was chosen on it; sent back."""

from typing import Any

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.cases.board.asked import asked, said
from app.cases.bulk.kinds import CASES
from app.cases.bulk.queries import list_kept
from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import NotFoundError
from app.core.journal import Event, record_apart
from app.core.web.forms import number_or_none
from app.core.web.pace import EXPORTS, paced
from app.detections.bulk.models import BulkAct
from app.detections.bulk.queries import get_act
from app.exchanges.files import exporting
from app.exchanges.files.exporting import Format
from app.extensions import db

blueprint = Blueprint("case_files", __name__)


@blueprint.get("/accompagnements/export.xlsx")
@access(Permission.CASE_READ)
@paced(EXPORTS)
def workbook() -> ResponseReturnValue:
    """Download accompagnements as a spreadsheet, journaled with its digest."""
    return _file(Format.XLSX)


@blueprint.get("/accompagnements/export.csv")
@access(Permission.CASE_READ)
@paced(EXPORTS)
def table() -> ResponseReturnValue:
    """Download accompagnements as text, journaled with its digest."""
    return _file(Format.CSV)


def _file(format_: Format) -> ResponseReturnValue:
    """The file of those of an act, or of those that the filters of the list keep."""
    session, identity = db.session(), require_identity()
    if "act_id" in request.args:
        act = _act()
        numbers = [case.id for case in CASES.find(session, identity, act.keys)]
        filters = [("Accompagnements", f"choisis pour le lot n° {act.id}")]
        trace: dict[str, Any] = {"bulk": act.id}
    else:
        form, wanted = asked(session, identity, request.args)
        kept = list_kept(session, identity, wanted, limit=exporting.MOST + 1)
        numbers, filters = [int(key) for key in kept], said(form)
        trace = {"filters": form.in_force}
    made = exporting.exported(session, identity, numbers, format_=format_, filters=filters)
    record_apart(db.engine, identity, Event.PORTFOLIO_EXPORTED, **trace, **made.trace)
    return send_file(made.content, as_attachment=True, download_name=made.name)


def _act() -> BulkAct:
    """The act of the agent whose accompagnements are asked for."""
    try:
        act = get_act(db.session(), require_identity(), number_or_none(request.args["act_id"]) or 0)
    except NotFoundError:
        raise NotFound from None
    if act.subject != CASES.code:
        raise NotFound
    return act
