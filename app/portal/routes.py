"""The home page."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission, permits
from app.core.journal import Event, record_apart
from app.extensions import db
from app.portal import pages

blueprint = Blueprint("portal", __name__)


@blueprint.get("/")
@access(Permission.HOME_READ)
def home() -> ResponseReturnValue:
    """Show what waits for me; to whoever reads firms, the new alerts too, and what happened around those they follow."""
    identity = require_identity()
    if not permits(identity, Permission.COMPANY_READ):
        return render_template("portal/desk.html", **pages.desk(db.session(), identity))
    context = pages.home(db.session(), identity, cursor=request.args.get("suite"))
    record_apart(db.engine, identity, Event.HOME_READ, shown=pages.counts_of_home(context))
    return render_template("portal/home.html", **context)
