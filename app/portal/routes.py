"""The home page and the pages of a firm and of an establishment."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.companies import queries as companies
from app.companies.models import Company, Establishment
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.htmx import render
from app.extensions import db
from app.portal import pages
from app.portal.forms import PlacesForm

blueprint = Blueprint("portal", __name__)

COMPANY = Subject("company", "siren", companies.get_company)
ESTABLISHMENT = Subject("establishment", "siret", companies.get_establishment)


@blueprint.get("/")
@access(Permission.COMPANY_READ)
def home() -> ResponseReturnValue:
    """Show the new alerts of my départements, what awaits me, and what happened around the firms I follow."""
    identity = require_identity()
    context = pages.home(db.session(), identity, cursor=request.args.get("suite"))
    record_apart(db.engine, identity, Event.HOME_READ, shown=pages.counts_of_home(context))
    return render_template("portal/home.html", **context)


@blueprint.get("/entreprises/<siren>")
@access(Permission.COMPANY_READ, subject=COMPANY)
def company(company: Company) -> ResponseReturnValue:
    """Show everything I may read about a firm."""
    context = pages.company(db.session(), require_identity(), company)
    return render_template("portal/company.html", **context)


@blueprint.get("/entreprises/<siren>/etablissements")
@access(Permission.COMPANY_READ, subject=COMPANY)
def establishments(company: Company) -> ResponseReturnValue:
    """Show the establishments of a firm, page by page, or those that resemble what is typed."""
    form, session, cursor = PlacesForm(request.args), db.session(), request.args.get("suite")
    context = pages.establishments(
        session, require_identity(), company, typed=form.typed, cursor=cursor
    )
    freshness = companies.find_freshness(session)
    pages_of = ("portal/establishments.html", "companies/_establishments.html")
    return render(*pages_of, form=form, freshness=freshness, **context)


@blueprint.get("/etablissements/<siret>")
@access(Permission.COMPANY_READ, subject=ESTABLISHMENT)
def establishment(establishment: Establishment) -> ResponseReturnValue:
    """Show an establishment: its series, and the follow-up there."""
    context = pages.establishment(db.session(), require_identity(), establishment)
    return render_template("portal/establishment.html", **context)
