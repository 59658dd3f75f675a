"""Acts on many firms, or accompagnements: chosen on a list, looked at, done, undone."""

from flask import Blueprint, flash, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect as plain_redirect

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.journal import Event, record_apart
from app.core.text.french import counted_fr
from app.core.web.form_pages import attempted, refuse, status_of
from app.core.web.forms import number_or_none
from app.core.web.htmx import redirect
from app.core.web.pace import EXPORTS, paced
from app.detections.bulk import pages, queries, services
from app.detections.bulk.models import BulkAct
from app.detections.bulk.subjects import FIRMS, subject_of
from app.detections.lists.exporting import spreadsheet
from app.extensions import db

blueprint = Blueprint("bulk", __name__)

ACT = Subject("bulk_act", "act_id", queries.get_act)
#: characters of the filters of a list
LONGEST_QUERY = 4_000


@blueprint.post("/detections/lot")
@access(Permission.BULK_ACT)
def prepare() -> ResponseReturnValue:
    """Keep the firms ticked on a list, or those that its filters keep, for an act."""
    sent, session, identity = request.form, db.session(), require_identity()
    query, list_id = sent.get("query", "")[:LONGEST_QUERY], number_or_none(sent.get("list_id"))
    try:
        sirens = pages.chosen_sirens(
            session, identity, ticked=sent.getlist("siren"), scope=sent.get("scope", ""), list_id=list_id, query=query
        )  # fmt: skip
        kind = sent.get("kind", "")
        act = services.prepare(session, identity, kind=kind, keys=sirens, list_id=list_id)
    except DomainError as error:
        flash(error.message, "error")
        return plain_redirect(f"{url_for('detections.index')}?{query or 'tout=1'}", 303)
    return redirect("bulk.show", act_id=act.id)


@blueprint.get("/lots/<int:act_id>")
@access(Permission.BULK_ACT, subject=ACT)
def show(bulk_act: BulkAct) -> ResponseReturnValue:
    """Show what an act would do, or did."""
    return _page(bulk_act)


@blueprint.post("/lots/<int:act_id>/reglage")
@access(Permission.BULK_ACT, subject=ACT)
def choose(bulk_act: BulkAct) -> ResponseReturnValue:
    """Say what the act asks besides."""
    context = pages.of_act(db.session(), require_identity(), bulk_act)
    try:
        chosen = request.form.get("choice", "")
        services.choose(db.session(), require_identity(), bulk_act, chosen)
    except DomainError as error:
        refuse(context["choice_form"], error)
        page = render_template("detections/bulk/act.html", **context)
        return page, status_of(context["choice_form"])
    return redirect("bulk.show", act_id=bulk_act.id)


@blueprint.post("/lots/<int:act_id>")
@access(Permission.BULK_ACT, subject=ACT)
def do(bulk_act: BulkAct) -> ResponseReturnValue:
    """Do the act."""
    attempted(
        lambda: services.do(db.session(), require_identity(), bulk_act),
        done=lambda count: f"C’est fait pour {counted_fr(count, subject_of(bulk_act).one)}.",
    )
    return redirect("bulk.show", act_id=bulk_act.id)


@blueprint.post("/lots/<int:act_id>/annulation")
@access(Permission.BULK_ACT, subject=ACT)
def undo(bulk_act: BulkAct) -> ResponseReturnValue:
    """Undo the act."""
    attempted(
        lambda: services.undo(db.session(), require_identity(), bulk_act),
        done=lambda count: f"Annulé pour {counted_fr(count, subject_of(bulk_act).one)}.",
    )
    return redirect("bulk.show", act_id=bulk_act.id)


@blueprint.get("/lots/<int:act_id>/export.xlsx")
@access(Permission.DETECTION_EXPORT, subject=ACT)
@paced(EXPORTS)
def export(bulk_act: BulkAct) -> ResponseReturnValue:
    """Download the firms chosen as a spreadsheet, journaled with its digest."""
    if bulk_act.subject != FIRMS.code:
        raise NotFound
    view, detection_list = pages.selection(db.session(), require_identity(), bulk_act)
    made = spreadsheet(db.session(), view, detection_list)
    trace = {**made.trace, "bulk": bulk_act.id}
    record_apart(db.engine, view.identity, Event.DETECTION_EXPORTED, **trace)
    return send_file(made.content, as_attachment=True, download_name=made.name)


def _page(act: BulkAct) -> ResponseReturnValue:
    return render_template(
        "detections/bulk/act.html", **pages.of_act(db.session(), require_identity(), act)
    )
