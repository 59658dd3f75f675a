"""Running the detection from the page of the model, and watching it go on."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.access import Subject, access, require_identity
from app.core.form_pages import accepted, open_form, status_of
from app.core.htmx import render
from app.core.now import today
from app.core.permissions import Permission
from app.detections import queries, services
from app.detections.forms import RunForm
from app.detections.jobs import run_detection
from app.detections.models import DetectionRun
from app.extensions import db

blueprint = Blueprint("detection_runs", __name__)

RUN = Subject("run", "run_id", queries.get_run)


@blueprint.route("/modele/detection", methods=["GET", "POST"])
@access(Permission.DETECTION_RUN)
def start() -> ResponseReturnValue:
    """Ask for a detection; the worker carries it."""
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
        task=run_detection,
    )


@blueprint.get("/modele/detection/<int:run_id>")
@access(Permission.MODEL_READ, subject=RUN)
def progress(run: DetectionRun) -> ResponseReturnValue:
    """The steps of a run; the fragment asks for itself until the run is over."""
    return render("detections/run.html", "detections/_progress.html", run=run)
