"""The pages of a firm and of its establishments."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.companies import queries as companies
from app.companies.models import Company, Establishment
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.htmx import render
from app.extensions import db
from app.network.reading.services import PageShows, mark_shown
from app.portal.firm import pages
from app.portal.firm.forms import PlacesForm
from app.portal.firm.pages import FirmRoom, RoomRequest

blueprint = Blueprint("firm", __name__)

COMPANY = Subject("company", "siren", companies.get_company)
ESTABLISHMENT = Subject("establishment", "siret", companies.get_establishment)


@blueprint.get("/entreprises/<siren>")
@access(Permission.COMPANY_READ, subject=COMPANY)
def understand(company: Company) -> ResponseReturnValue:
    """Show why a firm is here, and what to do next."""
    return _room(company, FirmRoom.UNDERSTAND, pages.understand, pages.shown_to_understand)


@blueprint.get("/entreprises/<siren>/echanges")
@access(Permission.COMPANY_READ, subject=COMPANY)
def exchange(company: Company) -> ResponseReturnValue:
    """Show what people did and wrote about a firm."""
    return _room(company, FirmRoom.EXCHANGE, pages.exchange, pages.shown_to_exchange)


@blueprint.get("/entreprises/<siren>/donnees")
@access(Permission.COMPANY_READ, subject=COMPANY)
def data(company: Company) -> ResponseReturnValue:
    """Show what the partners' files say of a firm."""
    return _room(company, FirmRoom.DATA, pages.data)


@blueprint.get("/entreprises/<siren>/identite")
@access(Permission.COMPANY_READ, subject=COMPANY)
def identity(company: Company) -> ResponseReturnValue:
    """Show who a firm is, where it works, and why the reader sees it."""
    return _room(company, FirmRoom.IDENTITY, pages.identity)


@blueprint.get("/entreprises/<siren>/fiche-de-visite")
@access(Permission.COMPANY_READ, subject=COMPANY)
def sheet(company: Company) -> ResponseReturnValue:
    """Show the sheet that is taken to a visit, two pages to print; what leaves Vigie on paper is journaled as such."""
    identity = require_identity()
    asked = RoomRequest(
        session=db.session(), identity=identity, company=company, room=FirmRoom.UNDERSTAND
    )
    context = pages.sheet(asked)
    record_apart(
        db.engine, identity, Event.SHEET_OPENED, siren=company.siren, natures=company.readable
    )
    return render_template("portal/firm/sheet.html", **context)


@blueprint.get("/entreprises/<siren>/etablissements")
@access(Permission.COMPANY_READ, subject=COMPANY)
def establishments(company: Company) -> ResponseReturnValue:
    """Show the establishments of a firm, page by page, or those that resemble what is typed."""
    form, session, cursor = PlacesForm(request.args), db.session(), request.args.get("suite")
    context = pages.establishments(
        session, require_identity(), company, typed=form.typed, cursor=cursor
    )
    freshness = companies.find_freshness(session)
    pages_of = ("portal/firm/establishments.html", "companies/_establishments.html")
    return render(*pages_of, form=form, freshness=freshness, **context)


@blueprint.get("/etablissements/<siret>")
@access(Permission.COMPANY_READ, subject=ESTABLISHMENT)
def establishment(establishment: Establishment) -> ResponseReturnValue:
    """Show an establishment: its series, and the follow-up there."""
    context = pages.establishment(db.session(), require_identity(), establishment)
    return render_template("portal/firm/establishment.html", **context)


def _room(
    company: Company, room: FirmRoom, provider: Callable[[RoomRequest], dict[str, Any]],
    shown: Callable[[dict[str, Any]], PageShows] | None = None,
) -> ResponseReturnValue:  # fmt: skip
    asked = RoomRequest(
        session=db.session(), identity=require_identity(), company=company, room=room
    )
    context = provider(asked)
    if shown is not None:
        mark_shown(asked.session, asked.identity, shown(context))
    return render_template(f"portal/firm/{room.value}.html", **context)
