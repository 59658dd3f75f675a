"""The journal for controllers: its lines, one line, an export, out-of-zone readings."""

from typing import Any

from flask import Blueprint, render_template, request, send_file
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
    """List the requested lines, latest first."""
    form, filters, session = JournalForm(request.args), _filters(), db.session()
    valid = form.validate()
    page = queries.page_of_lines(session, form.query(), cursor=request.args.get("suite"))
    _record(Event.JOURNAL_READ, page=request.path, filters=filters, count=page.total)
    return render(
        "audit/index.html", "audit/_results.html", status=200 if valid else 422,
        form=form, results=page, filters=filters, counted=queries.COUNTED,
        alerts=[presenters.unusual(line) for (line,) in watching.list_recent(session)],
    )  # fmt: skip


@blueprint.get("/<int:number>")
@access(Permission.JOURNAL_READ, subject=LINE)
def line(shown: Shown) -> ResponseReturnValue:
    """Show one line in full."""
    details = presenters.definitions_of(shown.line)
    return render_template("audit/line.html", line=shown.line, details=details)


@blueprint.get("/export.<any(csv, xlsx):kind>")
@access(Permission.JOURNAL_EXPORT)
@paced(EXPORTS)
def export(kind: str) -> ResponseReturnValue:
    """Download the requested lines."""
    form, identity = JournalForm(request.args), require_identity()
    form.validate()
    export_file = exporting.extract(
        db.session(), identity, form.query(), filters=_filters(), kind=kind
    )
    _record(Event.JOURNAL_EXPORTED, **export_file.trace)
    return send_file(
        export_file.content,
        export_file.mime_type,
        as_attachment=True,
        download_name=export_file.name,
    )


@blueprint.get("/hors-zone")
@access(Permission.JOURNAL_READ)
def outings() -> ResponseReturnValue:
    """Show who read what outside their zone, between two days."""
    form = PeriodForm(request.args)
    valid = form.validate()
    since, until = form.period() if valid else PeriodForm(formdata=None).period()
    rows = queries.list_outings(db.session(), since=since, until=until)
    _record(Event.JOURNAL_READ, filters=_filters(), page=request.path, count=len(rows))
    return render(
        "audit/outings.html", "audit/_outings.html", status=200 if valid else 422, form=form,
        agents=presenters.by_agent(rows), since=since, until=until, is_cut=len(rows) == queries.GROUPS,
    )  # fmt: skip


def _filters() -> dict[str, str]:
    """Return the filters as in the URL."""
    names = ("du", "au", "agent", "evenement", "entreprise", "hors_zone")
    return {name: value[:100] for name in names if (value := request.args.get(name))}


def _record(event: Event, **details: Any) -> None:
    record_apart(db.engine, require_identity(), event, **details)
