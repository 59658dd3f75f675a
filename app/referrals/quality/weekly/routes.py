"""Receiving the e-mail of Monday, or not."""

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue

from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.web.htmx import redirect
from app.extensions import db
from app.referrals.quality.weekly import services

blueprint = Blueprint("antenne_mail", __name__, url_prefix="/orientations/qualite/courriel")


@blueprint.post("/arret")
@access(Permission.ANTENNE_MAIL_OWN)
def hush() -> ResponseReturnValue:
    """Receive it no more."""
    services.hush(db.session(), require_identity())
    flash("Le courriel du lundi ne vous sera plus envoyé.", "success")
    return redirect("quality.show")


@blueprint.post("/reprise")
@access(Permission.ANTENNE_MAIL_OWN)
def listen() -> ResponseReturnValue:
    """Receive it again."""
    services.listen(db.session(), require_identity())
    flash(
        "Le courriel du lundi vous sera envoyé quand quelque chose attend dans vos antennes.",
        "success",
    )
    return redirect("quality.show")
