"""The list of accompagnements, seen in three ways; a card is moved from a column to another."""

from typing import Any
from urllib.parse import parse_qs, urlencode

from flask import request
from flask.typing import ResponseReturnValue

from app.cases import queries, services
from app.cases.assignments.queries import list_colleagues
from app.cases.board import presenters
from app.cases.forms import FILTERED, WHOSE, WITHOUT_REFERENT, CaseFilterForm, View
from app.cases.models import Case, CaseState
from app.cases.queries import CaseFilter
from app.cases.routes import CASE, blueprint, wanted_of
from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission, permits
from app.core.errors import DomainError
from app.core.journal import Event, record_apart
from app.core.web.form_pages import attempted
from app.core.web.forms import choices
from app.core.web.htmx import redirect, render
from app.extensions import db
from app.values.queries import list_usable


@blueprint.get("/accompagnements")
@access(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """List the accompagnements in reach; the filters and the view are in the URL."""
    identity, form = require_identity(), CaseFilterForm(request.args)
    values = list_usable(db.session(), identity, *FILTERED, archived=True)
    form.offer(values)
    _offer_people(form)
    wanted = wanted_of(form, values)
    view = View.TABLE if wanted.is_deleted else form.view
    context = _seen(view, wanted)
    filters = form.in_force
    traced = {**filters, "vue": view.value}
    record_apart(
        db.engine, identity, Event.CASE_LIST_READ, filters=traced, **presenters.shown(context)
    )
    pages = ("cases/list.html", "cases/_seen.html")
    return render(*pages, form=form, view=view, views=View.choices(), filters=filters, **context)


@blueprint.post("/accompagnements/<int:case_id>/colonne")
@access(Permission.CASE_MANAGE_MEMBERS, subject=CASE)
def move_card(case: Case) -> ResponseReturnValue:
    """Move an accompagnement to another column: change its state."""
    attempted(lambda: _move(case), done=lambda said: said)
    back = parse_qs(request.form.get("retour", ""), max_num_fields=30)
    return redirect("cases.index", **back)


def _offer_people(form: CaseFilterForm) -> None:
    identity = require_identity()
    if permits(identity, Permission.CASE_ASSIGN):
        form.reseau.choices = choices([*WHOSE, WITHOUT_REFERENT])
    form.departement.choices = choices([("", "Tous"), *((d, d) for d in identity.departments)])
    people = list_colleagues(db.session(), identity)
    offered = [(str(agent.id), agent.full_name) for agent in people]
    form.agent.choices = choices([("", "Tous"), *offered])


def _seen(view: View, wanted: CaseFilter) -> dict[str, Any]:
    session, identity = db.session(), require_identity()
    if view is View.BOARD:
        return {"columns": presenters.columns(session, identity, wanted), "back": _query()}
    if view is View.CALENDAR:
        month = presenters.month_of(session, identity, wanted, request.args.get("mois"))
        return {"month": month}
    return {"results": queries.page_of_cases(session, identity, wanted, request.args.get("suite"))}


def _query() -> str:
    """What brings the same board again."""
    return urlencode([pair for pair in request.args.items(multi=True) if pair[1]])


def _move(case: Case) -> str:
    typed = request.form.get("etat", "")
    if typed not in set(CaseState):
        raise DomainError("Choisissez une colonne.")
    services.change_state(db.session(), require_identity(), case, state=CaseState(typed))
    return f"{case.company.name} : {case.state.label.lower()}."
