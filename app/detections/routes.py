"""The lists, their export, the answers of agents and human signals."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access import Subject, access, require_identity
from app.core.form_pages import accepted, open_form, status_of
from app.core.htmx import render
from app.core.journal import Event, record_apart
from app.core.permissions import Permission
from app.core.throttle import EXPORTS, paced
from app.detections import panels, queries, services, views
from app.detections.forms import FeedbackForm, SignalForm
from app.detections.models import DetectionEntry, DetectionList, FeedbackReason, SignalSource
from app.extensions import db

blueprint = Blueprint("detections", __name__)

LIST = Subject("detection_list", "list_id", queries.get_list)
ENTRY = Subject("entry", "entry_id", queries.get_entry)
FIRM = Subject("company", "siren", get_company)


@blueprint.get("/detections")
@access(Permission.DETECTION_READ)
def index() -> ResponseReturnValue:
    """The last list."""
    return _show(queries.find_current_list(db.session()))


@blueprint.get("/detections/<int:list_id>")
@access(Permission.DETECTION_READ, subject=LIST)
def show_list(detection_list: DetectionList) -> ResponseReturnValue:
    """A list, the last one or an older one."""
    return _show(detection_list)


def _show(detection_list: DetectionList | None) -> ResponseReturnValue:
    view = views.list_view(db.session(), require_identity(), detection_list, request.args)
    context = views.page_context(db.session(), view, path=request.path)
    record_apart(
        db.engine,
        view.identity,
        Event.DETECTION_LIST_READ,
        list=view.list_id,
        filters=view.asked,
        count=context["total"],
    )
    return render("detections/index.html", "detections/_results.html", **context)


@blueprint.get("/detections/<int:list_id>/export.xlsx")
@access(Permission.DETECTION_EXPORT, subject=LIST)
@paced(EXPORTS)
def export(detection_list: DetectionList) -> ResponseReturnValue:
    """The current view as a spreadsheet, journaled with its digest."""
    view = views.list_view(db.session(), require_identity(), detection_list, request.args)
    made = views.spreadsheet(db.session(), view, detection_list)
    record_apart(db.engine, view.identity, Event.DETECTION_EXPORTED, **made.trace)
    return send_file(BytesIO(made.content), as_attachment=True, download_name=made.name)


@blueprint.route("/detections/avis/<int:entry_id>", methods=["GET", "POST"])
@access(Permission.DETECTION_FEEDBACK, subject=ENTRY)
def feedback(entry: DetectionEntry) -> ResponseReturnValue:
    """Say whether a detection was useful; revisable."""
    known = queries.find_feedback(db.session(), require_identity(), entry)
    form, _ = open_form(FeedbackForm, **panels.feedback_values(known))
    if accepted(form, lambda: _answer(entry, form)):
        flash("Votre avis est enregistré : vous pouvez le modifier à tout moment.", "success")
        return redirect(panels.company_path(entry.siren), 303)
    return render_template("detections/feedback.html", entry=entry, feedback_form=form), status_of(
        form
    )


def _answer(entry: DetectionEntry, form: FeedbackForm) -> bool:
    services.give_feedback(
        db.session(),
        require_identity(),
        entry,
        is_useful=form.is_useful.data == "oui",
        reasons=[FeedbackReason(code) for code in form.reasons.data or []],
        comment=form.comment.data or "",
    )
    return True


@blueprint.route("/entreprises/<siren>/signaler", methods=["GET", "POST"])
@access(Permission.SIGNAL_WRITE, subject=FIRM)
def flag(company: Company) -> ResponseReturnValue:
    """Flag a firm that the algorithm did not."""
    form, draft = open_form(SignalForm)
    if accepted(form, lambda: _flag(company, form)):
        flash("Le signalement est enregistré : l’entreprise apparaît dans les listes.", "success")
        return redirect(panels.company_path(company.siren), 303)
    page = render_template("detections/flag.html", company=company, signal_form=form, draft=draft)
    return page, status_of(form)


def _flag(company: Company, form: SignalForm) -> bool:
    services.flag_firm(
        db.session(),
        require_identity(),
        company,
        source=SignalSource(form.source.data),
        comment=form.comment.data or "",
    )
    return True
