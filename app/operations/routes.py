"""The page of backups: what is late and what to do, what was made, what drills found; a drill asked for, and its progress."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.web.htmx import render
from app.extensions import db
from app.operations import presenters, queries, services
from app.operations.models import Drill

blueprint = Blueprint("operations", __name__, url_prefix="/sauvegardes")

DRILL = Subject("drill", "drill_id", queries.get_drill)


@blueprint.get("")
@access(Permission.BACKUP_READ)
def index() -> ResponseReturnValue:
    """Show whether the service could be restored, the last backups and the last drills."""
    session, config = db.session(), current_app.config["VIGIE"]
    drills = queries.list_drills(session)
    ended = next((drill for drill in drills if drill.is_over), None)
    place = str(config.backup_to) if config.backup_to else None
    context: dict[str, Any] = {
        "standings": presenters.standings(
            queries.find_last_moment(session), queries.find_last_proof(session), ended, hours=config.backup_hours, place=place
        ),
        "backups": presenters.backup_rows(queries.list_backups(session)),
        "drills": presenters.drill_rows(drills),
    }  # fmt: skip
    return render_template("operations/index.html", **context)


@blueprint.post("/verifications")
@access(Permission.DRILL_START)
def start() -> ResponseReturnValue:
    """Ask for a drill; a worker restores the last backup."""
    try:
        drill = services.ask_drill(db.session(), require_identity())
    except DomainError as error:
        flash(error.message, "error")
        return redirect(url_for("operations.index"), 303)
    return redirect(url_for("operations.show", drill_id=drill.id), 303)


@blueprint.get("/verifications/<int:drill_id>")
@access(Permission.BACKUP_READ, subject=DRILL)
def show(drill: Drill) -> ResponseReturnValue:
    """Show what a drill tried; the fragment refreshes itself until it is over."""
    context: dict[str, Any] = {"drill": drill, "row": presenters.drill_rows([drill])[0]}
    return render("operations/drill.html", "operations/_drill.html", **context)
