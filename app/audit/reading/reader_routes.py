"""What every agent may read of the journal: their own lines, and who consulted a firm that they accompany."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.audit.reading import queries, trails
from app.audit.reading.forms import OwnForm
from app.audit.reading.trails import Trail
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.htmx import render
from app.extensions import db

blueprint = Blueprint("readers", __name__)

TRAIL = Subject("trail", "siren", trails.get_trail)


@blueprint.get("/compte/acces")
@access(Permission.ACCOUNT_OWN)
def own() -> ResponseReturnValue:
    """Show what I read, exported and wrote, and what others did on my behalf."""
    form, identity = OwnForm(request.args), require_identity()
    valid = form.validate()
    page = queries.page_of_own(
        db.session(), identity, form.query(), cursor=request.args.get("suite")
    )
    filters = {name: request.args[name] for name in ("du", "au", "quoi") if request.args.get(name)}
    return render(
        "audit/own.html", "audit/_own.html", status=200 if valid else 422,
        form=form, results=page, filters=filters,
    )  # fmt: skip


@blueprint.get("/entreprises/<siren>/consultations")
@access(Permission.READERS_READ, subject=TRAIL)
def of_firm(trail: Trail) -> ResponseReturnValue:
    """Show who opened the pages of a firm."""
    page = trails.page_of_readings(db.session(), trail, cursor=request.args.get("suite"))
    record_apart(
        db.engine, require_identity(), Event.READERS_READ, siren=trail.number, **page.trace
    )
    pages = ("audit/readers.html", "audit/_readers.html")
    return render(*pages, trail=trail, results=page)
