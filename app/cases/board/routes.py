"""The list of accompagnements, seen in three ways; a card is moved from a column to another."""

from typing import Any
from urllib.parse import parse_qs, urlencode

from flask import request
from flask.typing import ResponseReturnValue

from app.cases import queries, services
from app.cases.board import presenters
from app.cases.board.asked import asked, said
from app.cases.board.files import case_files, case_returns
from app.cases.forms import View
from app.cases.models import Case, CaseState
from app.cases.queries import CaseFilter
from app.cases.routes import CASE, blueprint
from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.journal import Event, record_apart
from app.core.web.form_pages import attempted
from app.core.web.htmx import redirect, render
from app.detections.bulk.pages import kinds_on
from app.detections.bulk.services import MOST
from app.extensions import db


@blueprint.get("/accompagnements")
@access(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """List the accompagnements in reach; the filters and the view are in the URL."""
    identity = require_identity()
    form, wanted = asked(db.session(), identity, request.args)
    view = View.TABLE if wanted.is_deleted else form.view
    context = _seen(view, wanted)
    filters = form.in_force
    traced = {**filters, "vue": view.value}
    record_apart(
        db.engine, identity, Event.CASE_LIST_READ, filters=traced, **presenters.shown(context)
    )
    pages = ("cases/list.html", "cases/_seen.html")
    context |= {
        "views": View.choices(),
        "files": list(case_files),
        "returns": list(case_returns),
        "chosen_filters": said(form),
    }
    return render(*pages, form=form, view=view, filters=filters, **context)


@blueprint.post("/accompagnements/<int:case_id>/colonne")
@access(Permission.CASE_MANAGE_MEMBERS, subject=CASE)
def move_card(case: Case) -> ResponseReturnValue:
    """Move an accompagnement to another column: change its state."""
    attempted(lambda: _move(case), done=lambda said: said)
    back = parse_qs(request.form.get("retour", ""), max_num_fields=30)
    return redirect("cases.index", **back)


def _seen(view: View, wanted: CaseFilter) -> dict[str, Any]:
    session, identity = db.session(), require_identity()
    if view is View.BOARD:
        return {"columns": presenters.columns(session, identity, wanted), "back": _query()}
    if view is View.CALENDAR:
        month = presenters.month_of(session, identity, wanted, request.args.get("mois"))
        return {"month": month}
    results = queries.page_of_cases(session, identity, wanted, request.args.get("suite"))
    acts = {"bulk_kinds": kinds_on("case"), "bulk_most": MOST, "query_string": _query()}
    return {"results": results, **({} if wanted.is_deleted else acts)}


def _query() -> str:
    """What brings the same board again."""
    return urlencode([pair for pair in request.args.items(multi=True) if pair[1]])


def _move(case: Case) -> str:
    typed = request.form.get("etat", "")
    if typed not in set(CaseState):
        raise DomainError("Choisissez une colonne.")
    services.change_state(db.session(), require_identity(), case, state=CaseState(typed))
    return f"{case.company.name} : {case.state.label.lower()}."
