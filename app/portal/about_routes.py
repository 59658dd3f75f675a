"""Public pages about Vigie: accessibility, legal notice, personal data, help."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.core.access.guard import public

blueprint = Blueprint("about", __name__)


@blueprint.get("/accessibilite")
@public(why="déclaration obligatoire, la même pour tous")
def accessibility() -> ResponseReturnValue:
    """Show the accessibility statement."""
    return render_template("portal/accessibility.html")


@blueprint.get("/mentions-legales")
@public(why="mention obligatoire, la même pour tous")
def legal() -> ResponseReturnValue:
    """Show the legal notice."""
    return render_template("portal/legal.html")


@blueprint.get("/donnees-personnelles")
@public(why="mention obligatoire, la même pour tous")
def personal_data() -> ResponseReturnValue:
    """Explain which data are kept about agents, and for how long."""
    return render_template("portal/personal_data.html")


@blueprint.get("/aide")
@public(why="aide, la même pour tous")
def help_page() -> ResponseReturnValue:
    """Explain how Vigie works, and the keyboard shortcuts."""
    return render_template("portal/help.html")
