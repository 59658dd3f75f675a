"""Request a training or a measure from the page of the model, and follow its progress."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import journal
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.now import today
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import render
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.extensions import db
from app.models_registry import decisions
from app.models_registry.models import ExcuseKind, ModelVersion
from app.models_registry.queries import find_version
from app.trainings import presenters, queries, services
from app.trainings.forms import JudgeForm, TrainingForm
from app.trainings.models import TrainingRun

blueprint = Blueprint("trainings", __name__)

MODEL = Subject("model", "model_id", find_version)
TRAINING = Subject("training", "training_id", queries.find_training)


@blueprint.route("/modele/entrainement", methods=["GET", "POST"])
@access(Permission.MODEL_DECIDE)
def start() -> ResponseReturnValue:
    """Request a training; a worker runs it."""
    form, _ = open_form(TrainingForm, training_as_of=today().replace(day=1))
    run = accepted(form, lambda: _start(form))
    if run is not None:
        flash("L’entraînement est demandé.", "success")
        return redirect(url_for("trainings.progress", training_id=run.id), 303)
    return render_template("trainings/train.html", form=form), status_of(form)


def _start(form: TrainingForm) -> TrainingRun:
    return services.request_training(
        db.session(),
        require_identity(),
        as_of=form.training_as_of.data,
        trigger="bouton",
    )


@blueprint.get("/modele/entrainements/<int:training_id>")
@access(Permission.MODEL_READ, subject=TRAINING)
def progress(training: TrainingRun) -> ResponseReturnValue:
    """Show the progress of a training; the fragment refreshes itself until it is over."""
    return render(
        "trainings/training.html",
        "trainings/_training.html",
        training=training,
        steps=presenters.training_steps(training),
    )


@blueprint.post("/modele/entrainements/<int:training_id>/reprise")
@access(Permission.MODEL_DECIDE, subject=TRAINING)
def resume(training: TrainingRun) -> ResponseReturnValue:
    """Resume a failed training."""
    try:
        services.resume_training(db.session(), require_identity(), training)
    except DomainError as error:
        flash(error.message, "error")
    else:
        flash("L’entraînement reprend.", "success")
    return redirect(url_for("trainings.progress", training_id=training.id), 303)


@blueprint.route("/modele/versions/<int:model_id>/mesure", methods=["GET", "POST"])
@access(Permission.MODEL_DECIDE, subject=MODEL)
def judge(model: ModelVersion) -> ResponseReturnValue:
    """Request the measure of a version against the current champion; a worker does it."""
    form, _ = open_form(JudgeForm)
    if accepted(form, lambda: _judge(model, form)):
        flash("La mesure est demandée : elle apparaît ici dès qu’elle est faite.", "success")
        return redirect(url_for("model.show", model_id=model.id), 303)
    page = render_template("trainings/judge.html", model=model, form=form)
    return page, status_of(form)


def _judge(model: ModelVersion, form: JudgeForm) -> bool:
    session, identity = db.session(), require_identity()
    kind, motive = form.kind.data, form.motive.data
    if motive and not kind:
        raise DomainError("Choisissez ce qui déplace les scores.", field="kind")
    excuse = decisions.excuse(identity, kind=ExcuseKind(kind), motive=motive) if kind else None
    journal.record(
        session, identity, journal.Event.MODEL_JUDGED, version=model.id, excuse=kind or None
    )
    defer(session, Task.MODELS_JUDGE, version_id=model.id, excuse=excuse)
    return True
