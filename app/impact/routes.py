"""The manager's page."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.database.replica.pages import may_lag
from app.core.metrics import FEWEST, FEWEST_REACHED, dictionary
from app.core.web.forms import choices
from app.core.web.htmx import render
from app.extensions import db
from app.habilitations import queries as habilitations
from app.impact import presenters
from app.impact.forms import FunnelFilter

blueprint = Blueprint("impact", __name__)


@blueprint.get("/impact")
@access(Permission.IMPACT_READ)
@may_lag(why="comptes de mois entiers, lus en réunion")
def funnel() -> ResponseReturnValue:
    """Show the funnel from detection to outcome, in my zone."""
    identity, session = require_identity(), db.session()
    labels = {
        department.code: department.label for department in habilitations.list_departments(session)
    }
    form = FunnelFilter(request.args)
    form.departement.choices = choices(
        (code, f"{code} – {labels[code]}") for code in identity.departments
    )
    valid = form.validate()
    asked = form if valid else FunnelFilter(formdata=None)
    found = presenters.funnel(
        session, identity, asked.period(), by=asked.breakdown(), departments=labels
    )
    return render(
        "impact/funnel.html", "impact/_results.html", status=200 if valid else 422, form=form, **found
    )  # fmt: skip


@blueprint.get("/impact/definitions")
@access(Permission.IMPACT_READ)
def definitions() -> ResponseReturnValue:
    """Show what each figure of the product counts."""
    return render_template(
        "impact/definitions.html",
        metrics=dictionary().values(),
        fewest=FEWEST,
        fewest_reached=FEWEST_REACHED,
    )
