"""One click moves an accompagnement, or a follow, to what took over."""

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue

from app.cases import queries
from app.cases.models import Case
from app.cases.moves import services
from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.web.htmx import redirect
from app.extensions import db

blueprint = Blueprint("case_moves", __name__)

CASE = Subject("case", "case_id", queries.get_case)
COMPANY = Subject("company", "siren", get_company)


@blueprint.post("/accompagnements/<int:case_id>/deplacement/<siret>")
@access(Permission.CASE_MANAGE_MEMBERS, subject=CASE)
def move(case: Case, siret: str) -> ResponseReturnValue:
    """Move an accompagnement to the establishment that took over."""
    try:
        services.move_case(db.session(), require_identity(), case, siret)
    except DomainError as error:
        flash(error.message, "error")
    else:
        flash("L’accompagnement suit désormais l’établissement qui a succédé.", "success")
    return redirect("cases.detail", case_id=case.id)


@blueprint.post("/entreprises/<siren>/suivi/deplacement/<siret>")
@access(Permission.FOLLOW_OWN, subject=COMPANY)
def move_follow(company: Company, siret: str) -> ResponseReturnValue:
    """Follow the firm that took over instead of this one."""
    try:
        firm = services.move_follow(db.session(), require_identity(), company, siret)
    except DomainError as error:
        flash(error.message, "error")
        return redirect("firm.understand", siren=company.siren)
    flash(f"Vous suivez désormais {firm.name}.", "success")
    return redirect("firm.understand", siren=firm.siren)
