"""The page of the model."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.core.access import access, require_identity
from app.core.permissions import Permission
from app.extensions import db
from app.models_registry import presenters, queries
from app.models_registry.panels import list_panels

blueprint = Blueprint("models_registry", __name__)


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
        versions=queries.list_versions(session),
        panels=list_panels(session, require_identity()),
    )
