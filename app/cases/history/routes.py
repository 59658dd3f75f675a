"""The whole history of an accompagnement, a page at a time."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.cases import queries
from app.cases.history.presenters import line_of
from app.cases.history.queries import slice_of_history
from app.cases.models import Case
from app.core.access.guard import Subject, access
from app.core.access.permissions import Permission
from app.core.database.keyset import PAGE_SIZE
from app.extensions import db

blueprint = Blueprint("case_history", __name__)

CASE = Subject("case", "case_id", queries.get_case)


@blueprint.get("/accompagnements/<int:case_id>/historique")
@access(Permission.CASE_READ, subject=CASE)
def index(case: Case) -> ResponseReturnValue:
    """Show what changed, the latest first."""
    found = slice_of_history(db.session(), case, request.args.get("suite"), size=PAGE_SIZE)
    lines = [line_of(change) for change in found.rows]
    return render_template(
        "cases/history.html", case=case, history=lines, next_cursor=found.next_cursor
    )
