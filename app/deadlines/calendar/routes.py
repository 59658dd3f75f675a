"""My calendar's address, and what an agenda reads there."""

from flask import Blueprint, current_app, flash, make_response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, TooManyRequests

from app.core.access.guard import access, public, require_identity
from app.core.access.permissions import Permission
from app.core.front.addresses import address_of
from app.core.web.htmx import redirect
from app.deadlines.calendar import queries, services
from app.deadlines.calendar.presenters import calendar_of
from app.extensions import db

blueprint = Blueprint("calendar", __name__)


@blueprint.get("/compte/calendrier")
@access(Permission.DEADLINE_READ)
def own() -> ResponseReturnValue:
    """Show whether I have an address, since when, and how to change that."""
    known = queries.find_address(db.session(), require_identity())
    return render_template("deadlines/calendar/own.html", known=known)


@blueprint.post("/compte/calendrier/adresse")
@access(Permission.DEADLINE_READ)
def renew() -> ResponseReturnValue:
    """Show my new address, once; a former one opens nothing any more."""
    secret = services.renew(db.session(), require_identity())
    address = address_of("calendar.read", secret=secret)
    return render_template("deadlines/calendar/address.html", address=address)


@blueprint.post("/compte/calendrier/arret")
@access(Permission.DEADLINE_READ)
def stop() -> ResponseReturnValue:
    """Have my address open nothing any more."""
    is_stopped = services.stop(db.session(), require_identity())
    said = "L’adresse n’ouvre plus rien." if is_stopped else "Vous n’aviez pas d’adresse."
    flash(said, "success")
    return redirect("calendar.own")


@blueprint.get("/calendrier/<secret>.ics")
@public(why="lu par l’agenda d’un agent : le secret de l’adresse désigne l’agent")
def read(secret: str) -> ResponseReturnValue:
    """Give the agenda of an agent their échéances: days and links."""
    found = services.read(secret, limit=services.READINGS.limit(current_app.config["VIGIE"]))
    if found is None:
        raise NotFound
    if found.seconds:
        message = "Ce calendrier vient d’être lu trop souvent."
        raise TooManyRequests(message, retry_after=found.seconds)
    response = make_response(calendar_of(found.entries))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="vigie.ics"'
    return response
