"""The page of the model in service, and the page of each version."""

import json
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from app.core import journal
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError, NotFoundError
from app.core.now import today
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.extensions import db
from app.models_registry import decisions, presenters, queries
from app.models_registry.forms import JudgeForm, SignForm, TrainingForm
from app.models_registry.models import ModelState, ModelVersion
from app.models_registry.panels import list_panels, list_version_panels

blueprint = Blueprint("models_registry", __name__)

MODEL = Subject("model", "model_id", queries.find_version)


@blueprint.get("/modele")
@access(Permission.MODEL_READ)
def index() -> ResponseReturnValue:
    """What the model in service is worth, the versions, the last runs."""
    session = db.session()
    champion = queries.find_champion(session)
    return render_template(
        "models_registry/index.html",
        champion=champion,
        figures=presenters.figures(champion) if champion else None,
        statistics=presenters.statistic_columns(),
        differences=presenters.difference_columns(),
        versions=queries.list_versions(session),
        former=queries.find_former_champion(session),
        trainings=queries.list_trainings(session),
        training_form=open_form(
            TrainingForm, path=url_for("trainings.start"), training_as_of=today().replace(day=1)
        )[0],
        panels=list_panels(session, require_identity()),
    )


@blueprint.get("/modele/versions/<int:model_id>")
@access(Permission.MODEL_READ, subject=MODEL)
def show(model: ModelVersion) -> ResponseReturnValue:
    """A version: what it is worth, its gate, its shadow, its drift, what was decided."""
    session, identity = db.session(), require_identity()
    is_tried = model.state is ModelState.CHALLENGER
    return render_template(
        "models_registry/version.html",
        model=model,
        figures=presenters.figures(model),
        statistics=presenters.statistic_columns(),
        differences=presenters.difference_columns(),
        gate=presenters.gate(model),
        obstacles=decisions.obstacles(session, model) if is_tried else [],
        decisions=queries.list_decisions(session, model),
        panels=list_version_panels(session, identity, model),
    )


@blueprint.get("/modele/versions/<int:model_id>/fiche.md")
@access(Permission.MODEL_READ, subject=MODEL)
def card(model: ModelVersion) -> ResponseReturnValue:
    """The card of a version, as its training wrote it."""
    written = model.metrics.get("card")
    if written is None:
        raise NotFoundError
    return _file(str(written), "text/markdown", f"modele-{model.id}.md")


@blueprint.get("/modele/versions/<int:model_id>/mesures.json")
@access(Permission.MODEL_READ, subject=MODEL)
def measures(model: ModelVersion) -> ResponseReturnValue:
    """All that was measured of a version."""
    known = {name: value for name, value in model.metrics.items() if name != "card"}
    facts = {
        "sha256": model.sha256,
        "trained_as_of": model.trained_as_of.isoformat(),
        "gate": model.gate,
        **known,
    }
    text = json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True)
    return _file(text, "application/json", f"modele-{model.id}.json")


def _file(text: str, mime_type: str, name: str) -> ResponseReturnValue:
    content = BytesIO(text.encode())
    return send_file(content, mime_type, as_attachment=True, download_name=name)


@blueprint.post("/modele/versions/<int:model_id>/essai")
@access(Permission.MODEL_DECIDE, subject=MODEL)
def challenge(model: ModelVersion) -> ResponseReturnValue:
    """Try a version in the shadow of the champion."""
    try:
        decisions.challenge(db.session(), require_identity(), model)
    except DomainError as error:
        flash(error.message, "error")
    else:
        flash("Le modèle est à l’essai : chaque détection le mesure à côté du modèle en service.", "success")  # fmt: skip
    return redirect(url_for("models_registry.show", model_id=model.id), 303)


@blueprint.route("/modele/versions/<int:model_id>/mesure", methods=["GET", "POST"])
@access(Permission.MODEL_DECIDE, subject=MODEL)
def judge(model: ModelVersion) -> ResponseReturnValue:
    """Ask that a version be measured beside the present champion; a worker does it."""
    form, _ = open_form(JudgeForm)
    if accepted(form, lambda: _judge(model, form)):
        flash("La mesure est demandée : elle apparaît ici dès qu’elle est faite.", "success")
        return redirect(url_for("models_registry.show", model_id=model.id), 303)
    page = render_template("models_registry/judge.html", model=model, form=form)
    return page, status_of(form)


def _judge(model: ModelVersion, form: JudgeForm) -> bool:
    session, reason = db.session(), str(form.psi_reason.data or "")
    journal.record(
        session, require_identity(), journal.Event.MODEL_JUDGED, version=model.id, reason=reason
    )
    defer(session, Task.MODELS_JUDGE, version_id=model.id, psi_reason=reason)
    return True


@blueprint.route("/modele/versions/<int:model_id>/signature", methods=["GET", "POST"])
@access(Permission.MODEL_DECIDE, subject=MODEL)
def sign(model: ModelVersion) -> ResponseReturnValue:
    """Sign for the challenger: it enters service."""
    form, _ = open_form(SignForm)
    if accepted(form, lambda: _sign(model, form)):
        flash(f"Le modèle n° {model.id} est en service.", "success")
        return redirect(url_for("models_registry.index"), 303)
    against = decisions.obstacles(db.session(), model)
    page = render_template("models_registry/sign.html", model=model, form=form, obstacles=against)
    return page, status_of(form)


def _sign(model: ModelVersion, form: SignForm) -> bool:
    reason = str(form.reason.data)
    decisions.promote(db.session(), require_identity(), model, reason=reason)
    return True


@blueprint.post("/modele/retour")
@access(Permission.MODEL_DECIDE)
def roll_back() -> ResponseReturnValue:
    """Put the former champion back in service."""
    try:
        former = decisions.roll_back(db.session(), require_identity())
    except DomainError as error:
        flash(error.message, "error")
    else:
        flash(f"Le modèle n° {former.id} est de nouveau en service.", "success")
    return redirect(url_for("models_registry.index"), 303)
