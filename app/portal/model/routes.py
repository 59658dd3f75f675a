"""The page of the model in service, the page of each version, and the signature that puts one in service."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.database.replica.pages import may_lag
from app.core.web.form_pages import accepted, open_form, status_of
from app.detections.drift.queries import require_shadow_run
from app.extensions import db
from app.models_registry import decisions, queries
from app.models_registry.models import ModelVersion
from app.portal.model import pages
from app.portal.model.forms import SignForm

blueprint = Blueprint("model", __name__)

MODEL = Subject("model", "model_id", queries.find_version)


@blueprint.get("/modele")
@access(Permission.MODEL_READ)
@may_lag(why="le modèle en service change en mois")
def index() -> ResponseReturnValue:
    """Show the performance of the model in service, the versions, the last runs and trainings."""
    return render_template("portal/model/index.html", **pages.in_service(db.session()))


@blueprint.get("/modele/versions/<int:model_id>")
@access(Permission.MODEL_READ, subject=MODEL)
@may_lag(why="une version ne change plus")
def show(model: ModelVersion) -> ResponseReturnValue:
    """Show a version: its performance, its gate, its shadow runs, its drift, the decisions."""
    return render_template(
        "portal/model/version.html", **pages.version(db.session(), require_identity(), model)
    )


@blueprint.route("/modele/versions/<int:model_id>/signature", methods=["GET", "POST"])
@access(Permission.MODEL_DECIDE, subject=MODEL)
def sign(model: ModelVersion) -> ResponseReturnValue:
    """Sign for the challenger: it enters service."""
    form, _ = open_form(SignForm)
    if accepted(form, lambda: _sign(model, form)):
        flash(f"Le modèle n° {model.id} est en service.", "success")
        return redirect(url_for("model.index"), 303)
    against = decisions.obstacles(
        db.session(), model, requirement=require_shadow_run, signer=require_identity()
    )
    reading = decisions.conclusion(model.gate) if model.gate else None
    page = render_template(
        "portal/model/sign.html", model=model, form=form, obstacles=against, reading=reading
    )
    return page, status_of(form)


def _sign(model: ModelVersion, form: SignForm) -> bool:
    reason = str(form.reason.data)
    decisions.promote(
        db.session(), require_identity(), model, reason=reason, requirement=require_shadow_run
    )
    return True
