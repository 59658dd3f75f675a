"""The statement of processing of a firm, in one click: a page to print, journaled as something taken out."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.companies import queries as companies
from app.companies.models import Company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.pace import EXPORTS, paced
from app.extensions import db
from app.transparency.statements import presenters

blueprint = Blueprint("statements", __name__)

COMPANY = Subject("company", "siren", companies.get_company)


@blueprint.get("/entreprises/<siren>/releve")
@access(Permission.STATEMENT_MAKE, subject=COMPANY)
@paced(EXPORTS)
def show(company: Company) -> ResponseReturnValue:
    """Show the statement, to print or to keep; what leaves Vigie on paper is journaled as an export."""
    identity = require_identity()
    told = presenters.statement(db.session(), identity, company)
    record_apart(
        db.engine, identity, Event.STATEMENT_EXPORTED, siren=company.siren, natures=company.readable
    )
    return render_template("transparency/statement.html", **told)
