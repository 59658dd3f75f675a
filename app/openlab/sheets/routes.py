"""The OpenLab: its last sheets, one of them, being told of them or not."""

from datetime import timedelta

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.htmx import redirect
from app.extensions import db
from app.messages import bell
from app.openlab.ideas import queries as ideas
from app.openlab.sheets import presenters, queries, services
from app.openlab.sheets.models import OpenlabSheet

blueprint = Blueprint("openlab", __name__, url_prefix="/openlab")

SHEET = Subject("sheet", "sheet_id", queries.get_sheet)
#: ideas that the first page shows
IDEAS_SHOWN = 5


@blueprint.get("")
@access(Permission.OPENLAB_READ)
def index() -> ResponseReturnValue:
    """Show the sheets, the ideas that most are for, and what was changed."""
    session, identity = db.session(), require_identity()
    return render_template(
        "openlab/index.html",
        sheets=queries.slice_of_sheets(session, request.args.get("suite")),
        ideas=ideas.slice_of_ideas(session, identity, None).rows[:IDEAS_SHOWN],
        changes=ideas.list_changes(session, identity),
        is_silent=queries.is_silent(session, identity),
    )


@blueprint.get("/fiches/<int:sheet_id>")
@access(Permission.OPENLAB_READ, subject=SHEET)
def sheet(sheet: OpenlabSheet) -> ResponseReturnValue:
    """Show the sheet of a week."""
    session, identity = db.session(), require_identity()
    bell.mark_opened(session, identity, request.path)
    former = queries.find_sheet(session, identity, sheet.week - timedelta(days=7))
    return render_template(
        "openlab/sheet.html",
        sheet=sheet,
        figures=presenters.figures(sheet, former),
        visits=presenters.visits(sheet),
        answers=presenters.answers(sheet),
        themes=presenters.themes(sheet),
        texts=sheet.content["themes"]["textes"],
        changes=queries.list_changes_of(session, identity, sheet.week),
    )


@blueprint.post("/annonces/arret")
@access(Permission.OPENLAB_WRITE)
def hush() -> ResponseReturnValue:
    """Be told of the sheets no more."""
    services.hush(db.session(), require_identity())
    flash("Les fiches ne vous seront plus annoncées ; elles restent sur cette page.", "success")
    return redirect("openlab.index")


@blueprint.post("/annonces")
@access(Permission.OPENLAB_WRITE)
def listen() -> ResponseReturnValue:
    """Be told of them again."""
    services.listen(db.session(), require_identity())
    flash("Chaque fiche vous sera annoncée le lundi.", "success")
    return redirect("openlab.index")
