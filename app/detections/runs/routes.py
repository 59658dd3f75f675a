"""Run a detection from the page of the model, and follow its progress."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.now import today
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import render
from app.detections.drift import presenters
from app.detections.drift import queries as control_queries
from app.detections.drift.models import DriftReport
from app.detections.models import DetectionRun
from app.detections.runs import queries, services
from app.detections.runs.forms import OverrideForm, RunForm
from app.detections.runs.presenters import step_items
from app.extensions import db
from app.models_registry.models import ExcuseKind

blueprint = Blueprint("detection_runs", __name__)

RUN = Subject("run", "run_id", queries.get_run)
REPORT = Subject("report", "run_id", control_queries.get_report)


@blueprint.route("/modele/detection", methods=["GET", "POST"])
@access(Permission.DETECTION_RUN)
def start() -> ResponseReturnValue:
    """Request a detection; a worker runs it."""
    form, _ = open_form(RunForm, as_of=today().replace(day=1))
    run = accepted(form, lambda: _start(form))
    if run is not None:
        flash("La détection est lancée.", "success")
        return redirect(url_for("detection_runs.progress", run_id=run.id), 303)
    return render_template("detections/start.html", run_form=form), status_of(form)


def _start(form: RunForm) -> DetectionRun:
    return services.start_run(
        db.session(),
        require_identity(),
        as_of=form.as_of.data,
        trigger="bouton",
        is_deferred=True,
    )


@blueprint.get("/modele/detection/<int:run_id>")
@access(Permission.MODEL_READ, subject=RUN)
def progress(run: DetectionRun) -> ResponseReturnValue:
    """Show the steps of a run; the fragment refreshes itself until the run is over."""
    return render(
        "detections/run.html", "detections/_progress.html", run=run, items=step_items(run)
    )


@blueprint.get("/modele/detection/<int:run_id>/derive")
@access(Permission.MODEL_READ, subject=REPORT)
def drift(report: DriftReport) -> ResponseReturnValue:
    """Show what has drifted since the model was trained."""
    lines = presenters.drift_lines(report)
    return render_template("detections/drift.html", report=report, lines=lines)


@blueprint.route("/modele/detection/<int:run_id>/autorisation", methods=["GET", "POST"])
@access(Permission.MODEL_DECIDE, subject=REPORT)
def allow(report: DriftReport) -> ResponseReturnValue:
    """Override the drift so that the list is published, with a reason."""
    form, _ = open_form(OverrideForm)
    if accepted(form, lambda: _allow(report, form)):
        flash("La liste est autorisée : la détection reprend.", "success")
        return redirect(url_for("detection_runs.progress", run_id=report.run_id), 303)
    page = render_template("detections/drift_allow.html", report=report, form=form)
    return page, status_of(form)


def _allow(report: DriftReport, form: OverrideForm) -> bool:
    services.override_drift(
        db.session(),
        require_identity(),
        report,
        kind=ExcuseKind(form.kind.data),
        motive=str(form.motive.data),
        is_resumed=True,
    )
    return True
