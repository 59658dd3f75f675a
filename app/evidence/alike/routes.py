"""Firms alike that were supported, for an accompagnement that one reads."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.cases.models import Case
from app.cases.queries import get_case
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.htmx import render
from app.evidence.alike import presenters, queries
from app.extensions import db
from app.values.models import ValueList
from app.values.queries import list_values

blueprint = Blueprint("alike", __name__)

CASE = Subject("case", "case_id", get_case)


@blueprint.get("/accompagnements/<int:case_id>/semblables")
@access(Permission.CASE_READ, subject=CASE)
def index(case: Case) -> ResponseReturnValue:
    """Show what was done for firms alike, and how it ended."""
    session = db.session()
    likeness = queries.find_likeness(session, case)
    found = queries.find_alike(session, likeness)
    values = list_values(session, require_identity(), ValueList.DIFFICULTY)
    difficulties = {value.code: value.label for value in values}
    return render(
        "evidence/alike/index.html", "evidence/alike/_alike.html", case=case,
        **presenters.page(found, likeness, difficulties),
    )  # fmt: skip
