"""Home and the firm's page."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.core.access import access
from app.core.permissions import Permission

blueprint = Blueprint("portal", __name__)


@blueprint.get("/")
@access(Permission.COMPANY_READ)
def home() -> ResponseReturnValue:
    """What is new for me."""
    return render_template("portal/home.html")
