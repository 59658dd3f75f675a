"""A firm that was given is given back."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.cases.assignments import queries, services
from app.cases.assignments.models import FirmAssignment
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import attempted
from app.core.web.htmx import redirect
from app.extensions import db

blueprint = Blueprint("assignments", __name__)

ASSIGNMENT = Subject("assignment", "assignment_id", queries.get_assignment)


@blueprint.post("/entreprises-confiees/<int:assignment_id>/fin")
@access(Permission.ASSIGNMENT_END, subject=ASSIGNMENT)
def end(assignment: FirmAssignment) -> ResponseReturnValue:
    """Give a firm back, or take it back."""
    attempted(
        lambda: services.end(db.session(), require_identity(), assignment),
        done=lambda _: (
            "L’entreprise n’est plus confiée à personne : elle peut l’être de nouveau depuis la liste."
        ),
    )
    return redirect("firm.understand", siren=assignment.siren)
