"""Downloads of a version, and the two one-click decisions: try it, roll back."""

import json
from io import BytesIO

from flask import Blueprint, flash, redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError, NotFoundError
from app.extensions import db
from app.models_registry import decisions, queries
from app.models_registry.models import ModelVersion

blueprint = Blueprint("models_registry", __name__)

MODEL = Subject("model", "model_id", queries.find_version)


@blueprint.get("/modele/versions/<int:model_id>/fiche.md")
@access(Permission.MODEL_READ, subject=MODEL)
def card(model: ModelVersion) -> ResponseReturnValue:
    """Download the model card of a version, as its training wrote it."""
    written = model.metrics.get("card")
    if written is None:
        raise NotFoundError
    return _file(str(written), "text/markdown", f"modele-{model.id}.md")


@blueprint.get("/modele/versions/<int:model_id>/mesures.json")
@access(Permission.MODEL_READ, subject=MODEL)
def measures(model: ModelVersion) -> ResponseReturnValue:
    """Download all the measures of a version."""
    measures = {name: value for name, value in model.metrics.items() if name != "card"}
    facts = {
        "sha256": model.sha256,
        "trained_as_of": model.trained_as_of.isoformat(),
        "gate": model.gate,
        **measures,
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
    return redirect(url_for("model.show", model_id=model.id), 303)


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
    return redirect(url_for("model.index"), 303)
