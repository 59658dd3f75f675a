"""The manager's page."""

from datetime import timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.cases.models import Outcome
from app.core.access import access, require_identity
from app.core.dsfr_forms import choices
from app.core.htmx import render
from app.core.now import today
from app.core.permissions import Permission
from app.extensions import db
from app.habilitations import queries as habilitations
from app.impact import queries
from app.impact.forms import FunnelFilter

blueprint = Blueprint("impact", __name__)

TWO_YEARS = timedelta(days=731)


@blueprint.get("/impact")
@access(Permission.IMPACT_READ)
def funnel() -> ResponseReturnValue:
    """From detection to outcome, in my zone."""
    identity, session = require_identity(), db.session()
    form = FunnelFilter(request.args)
    labels = {department.code: department.label for department in habilitations.list_departments(session)}
    form.departement.choices = choices((code, f"{code} – {labels.get(code, code)}") for code in identity.departments)
    valid = form.validate()
    period = {
        "since": (form.since.data if valid else None) or today() - TWO_YEARS,
        "until": (form.until.data if valid else None) or today(),
        "departments": form.departement.data if valid else [],
    }
    rows = queries.funnel(session, identity, **period)
    outcomes = [(Outcome(code).label, count) for code, count in queries.outcome_counts(session, identity, **period)]
    return render(
        "impact/funnel.html", "impact/_results.html", status=200 if valid else 422,
        form=form, rows=rows, total=rows[-1] if rows else None, outcomes=outcomes, labels=labels, **period,
    )  # fmt: skip
