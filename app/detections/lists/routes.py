"""The lists and their export."""

from collections.abc import Sequence

from flask import Blueprint, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import UnprocessableEntity

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.htmx import render
from app.core.web.pace import EXPORTS, paced
from app.detections.lists import exporting, pages, queries
from app.detections.lists.display.forms import DisplayForm
from app.detections.lists.display.services import keep_display
from app.detections.lists.filters import kept_of
from app.detections.lists.presenters import WHOLE
from app.detections.models import DetectionList
from app.extensions import db

blueprint = Blueprint("detections", __name__)

LIST = Subject("detection_list", "list_id", queries.get_list)


@blueprint.get("/detections")
@access(Permission.DETECTION_READ)
def index() -> ResponseReturnValue:
    """Show the last list; asked for nothing, as the agent chose that it opens."""
    if not request.args:
        queries_of_opening = (find(db.session(), require_identity()) for find in pages.opening)
        query = next(filter(None, queries_of_opening), None)
        if query:
            return redirect(f"{url_for('detections.index')}?{query}")
    lists = queries.list_lists(db.session())
    return _show(next(iter(lists), None), lists)


@blueprint.get("/detections/<int:list_id>")
@access(Permission.DETECTION_READ, subject=LIST)
def show_list(detection_list: DetectionList) -> ResponseReturnValue:
    """Show a list, the last one or an older one."""
    return _show(detection_list, queries.list_lists(db.session()))


def _show(
    detection_list: DetectionList | None, lists: Sequence[DetectionList]
) -> ResponseReturnValue:
    session, newest = db.session(), next(iter(lists), None)
    view = pages.list_view(session, require_identity(), detection_list, request.args, newest=newest)
    context = pages.page_context(session, view, lists, path=request.path)
    record_apart(db.engine, view.identity, Event.DETECTION_LIST_READ, **context.pop("trace"))
    return render("detections/index.html", "detections/_results.html", **context)


@blueprint.post("/detections/affichage")
@access(Permission.DETECTION_READ)
def choose_display() -> ResponseReturnValue:
    """Keep the columns and the density chosen, and go back to the list as it was filtered."""
    form = DisplayForm()
    if not form.validate_on_submit():
        raise UnprocessableEntity
    keep_display(db.session(), require_identity(), form.display)
    listed = form.list_id.data
    path = (
        url_for("detections.show_list", list_id=listed) if listed else url_for("detections.index")
    )
    return redirect(f"{path}?{kept_of(form.query.data or '') or f'{WHOLE}=1'}", 303)


@blueprint.get("/detections/<int:list_id>/export.xlsx")
@access(Permission.DETECTION_EXPORT, subject=LIST)
@paced(EXPORTS)
def export(detection_list: DetectionList) -> ResponseReturnValue:
    """Download the current view as a spreadsheet, journaled with its digest."""
    view = pages.list_view(db.session(), require_identity(), detection_list, request.args)
    spreadsheet = exporting.spreadsheet(db.session(), view, detection_list)
    record_apart(db.engine, view.identity, Event.DETECTION_EXPORTED, **spreadsheet.trace)
    return send_file(spreadsheet.content, as_attachment=True, download_name=spreadsheet.name)
