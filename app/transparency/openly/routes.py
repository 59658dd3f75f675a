"""The public pages about the service: budget, impact, and the file of RFC 9116."""

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.core.access.guard import public
from app.core.database.replica.pages import may_lag
from app.core.web.answers import open_answer
from app.extensions import db
from app.transparency.openly import presenters

blueprint = Blueprint("openly", __name__)

NOBODY = "Cette instance ne nomme personne à qui signaler une faille : son exploitant le fait par VIGIE_SECURITY_CONTACT."


@blueprint.get("/budget")
@public(why="coût du service, le même pour tous")
def budget() -> ResponseReturnValue:
    """Show what the service costs, as its operator filled it in."""
    return render_template(
        "transparency/budget.html", years=presenters.yearly(current_app.config["VIGIE"])
    )


@blueprint.get("/impact-public")
@public(why="chiffres déjà publiés, les mêmes pour tous")
@may_lag(why="chiffres figés avant d’être publiés")
def impact() -> ResponseReturnValue:
    """Show what the service is for, and the figures of its last published period."""
    return render_template("transparency/impact.html", **presenters.published(db.session()))


@blueprint.get("/.well-known/security.txt")
@public(why="à qui signaler une faille, le même pour tous")
def security() -> ResponseReturnValue:
    """Say to whom a fault is told (RFC 9116)."""
    address = url_for("openly.security", _external=True)
    told = presenters.security_file(current_app.config["VIGIE"], address=address)
    if told is None:
        raise NotFound(NOBODY)
    return open_answer(told, mimetype="text/plain")
