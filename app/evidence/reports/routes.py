"""Reports: asking for one, following it, taking its files, publishing its figures."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.database.replica.pages import may_lag
from app.core.errors import NotFoundError
from app.core.journal import Event, record_apart
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import choices
from app.core.web.htmx import render
from app.evidence.publications.periods import ReportPeriod
from app.evidence.reports import presenters, queries, services
from app.evidence.reports.forms import COUNTRY, ReportForm
from app.evidence.reports.models import ConventionReport, ReportFormat
from app.extensions import db

blueprint = Blueprint("reports", __name__)

REPORT = Subject("convention_report", "convention_report_id", queries.find_report)


@blueprint.get("/bilans")
@access(Permission.REPORT_READ)
def index() -> ResponseReturnValue:
    """The reports within my reach."""
    page = queries.page_of_reports(db.session(), require_identity(), request.args.get("suite"))
    return render_template("evidence/reports/index.html", results=page, place=presenters.place_of)


@blueprint.route("/bilans/nouveau", methods=["GET", "POST"])
@access(Permission.REPORT_MAKE)
def create() -> ResponseReturnValue:
    """Ask for a report; a worker makes it."""
    form, _ = open_form(ReportForm, period=presenters.latest_period())
    form.period.choices = choices(presenters.periods_offered())
    form.region.choices = choices(presenters.places_offered(require_identity()))
    report = accepted(form, lambda: _ask(form))
    if report is not None:
        flash("Le bilan est demandé : il se fait en arrière-plan.", "success")
        return redirect(url_for("reports.show", convention_report_id=report.id), 303)
    return render_template("evidence/reports/create.html", form=form), status_of(form)


@blueprint.get("/bilans/<int:convention_report_id>")
@access(Permission.REPORT_READ, subject=REPORT)
def show(convention_report: ConventionReport) -> ResponseReturnValue:
    """Show how far a report is, then its files; the fragment refreshes itself until it is over."""
    return render(
        "evidence/reports/report.html",
        "evidence/reports/_report.html",
        report=convention_report,
        title=presenters.title_of(convention_report),
        steps=presenters.progress_of(convention_report),
        told=queries.find_period(db.session(), convention_report.period),
    )


@blueprint.get("/bilans/<int:convention_report_id>/fichiers/<file_format>")
@access(Permission.REPORT_READ, subject=REPORT)
@may_lag(why="fichiers écrits une fois")
def download(convention_report: ConventionReport, file_format: str) -> ResponseReturnValue:
    """Take a file of a report, as it was written; journaled."""
    try:
        file = queries.find_file(db.session(), convention_report.id, ReportFormat(file_format))
    except (ValueError, NotFoundError):
        raise NotFound from None
    record_apart(
        db.engine, require_identity(), Event.REPORT_DOWNLOADED,
        report=convention_report.id, period=convention_report.period, kind=file.format.value, sha256=file.sha256,
    )  # fmt: skip
    return send_file(
        BytesIO(file.content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=presenters.file_name(convention_report, file.format),
    )


@blueprint.post("/bilans/<int:convention_report_id>/reprise")
@access(Permission.REPORT_MAKE, subject=REPORT)
def resume(convention_report: ConventionReport) -> ResponseReturnValue:
    """Go on with a report that failed."""
    attempted(
        lambda: services.resume(db.session(), require_identity(), convention_report),
        done=lambda _: "Le bilan reprend où il s’était arrêté.",
    )
    return redirect(url_for("reports.show", convention_report_id=convention_report.id), 303)


@blueprint.post("/bilans/<int:convention_report_id>/publication")
@access(Permission.REPORT_PUBLISH, subject=REPORT)
def publish(convention_report: ConventionReport) -> ResponseReturnValue:
    """Show the figures of a report to everybody, for good."""
    attempted(
        lambda: services.publish(db.session(), require_identity(), convention_report),
        done=lambda _: "Les chiffres sont publics, avec leurs données ouvertes.",
    )
    return redirect(url_for("reports.show", convention_report_id=convention_report.id), 303)


def _ask(form: ReportForm) -> ConventionReport:
    region = form.region.data
    return services.ask(
        db.session(),
        require_identity(),
        period=ReportPeriod.parse(form.period.data),
        region=None if region == COUNTRY else region,
    )
