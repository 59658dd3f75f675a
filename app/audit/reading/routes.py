"""The journal for controllers: its lines, one line, an export, the readings out of zone."""

from io import BytesIO
from typing import Any

from flask import Blueprint, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.audit.reading import exporting, presenters, queries, watching
from app.audit.reading.forms import JournalForm, PeriodForm
from app.audit.reading.queries import Shown
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.htmx import render
from app.core.web.pace import EXPORTS, paced
from app.extensions import db

blueprint = Blueprint("audit", __name__, url_prefix="/journal")

LINE = Subject("shown", "number", queries.get_line)


@blueprint.get("")
@access(Permission.JOURNAL_READ)
def index() -> ResponseReturnValue:
    """The lines asked for, the last first."""
    form, asked, session = JournalForm(request.args), _asked(), db.session()
    valid = form.validate()
    found = queries.page_of_lines(session, form.question(), cursor=request.args.get("suite"))
    _record(Event.JOURNAL_READ, page=request.path, filters=asked, count=found.total)
    return render(
        "audit/index.html", "audit/_results.html", status=200 if valid else 422,
        form=form, results=found, asked=asked, alerts=watching.list_recent(session),
        threshold=current_app.config["VIGIE"].daily_readings, counted=queries.COUNTED,
    )  # fmt: skip


@blueprint.get("/<int:number>")
@access(Permission.JOURNAL_READ, subject=LINE)
def line(shown: Shown) -> ResponseReturnValue:
    """One line, whole."""
    details = presenters.definitions_of(shown.line)
    return render_template("audit/line.html", line=shown.line, details=details)


@blueprint.get("/export.<any(csv, xlsx):kind>")
@access(Permission.JOURNAL_EXPORT)
@paced(EXPORTS)
def export(kind: str) -> ResponseReturnValue:
    """The lines asked for, as a file."""
    form, identity = JournalForm(request.args), require_identity()
    form.validate()
    made = exporting.extract(db.session(), identity, form.question(), asked=_asked(), kind=kind)
    _record(Event.JOURNAL_EXPORTED, **made.trace)
    file = BytesIO(made.content)
    return send_file(file, made.mime_type, as_attachment=True, download_name=made.name)


@blueprint.get("/hors-zone")
@access(Permission.JOURNAL_READ)
def outings() -> ResponseReturnValue:
    """Who read what outside their zone, between two days."""
    form = PeriodForm(request.args)
    valid = form.validate()
    since, until = form.period() if valid else PeriodForm(formdata=None).period()
    found = queries.list_outings(db.session(), since=since, until=until)
    _record(Event.JOURNAL_READ, filters=_asked(), page=request.path, count=len(found))
    return render(
        "audit/outings.html", "audit/_outings.html", status=200 if valid else 422, form=form,
        agents=presenters.by_agent(found), since=since, until=until, is_cut=len(found) == queries.GROUPS,
    )  # fmt: skip


def _asked() -> dict[str, str]:
    """The filters as the address says them."""
    names = ("du", "au", "agent", "evenement", "entreprise", "hors_zone")
    return {name: value[:100] for name in names if (value := request.args.get(name))}


def _record(event: Event, **details: Any) -> None:
    record_apart(db.engine, require_identity(), event, **details)
