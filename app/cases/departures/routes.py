"""The queue of the accompagnements without référent, and one gesture to give them."""

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.cases import queries
from app.cases.assignments.queries import list_colleagues
from app.cases.attention import UNATTENDED
from app.cases.departures import services
from app.cases.departures.forms import EntrustForm
from app.cases.departures.presenters import told
from app.cases.departures.services import Entrusted
from app.cases.queries import CaseFilter
from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.form_pages import accepted, status_of
from app.core.web.forms import choices, number_or_none
from app.core.web.htmx import redirect
from app.extensions import db
from app.habilitations.absences.presenters import named

blueprint = Blueprint("case_departures", __name__)


@blueprint.route("/accompagnements/sans-referent", methods=["GET", "POST"])
@access(Permission.CASE_ASSIGN)
def index() -> ResponseReturnValue:
    """List them; give those that are ticked, or one, to a colleague."""
    form = EntrustForm()
    people = list_colleagues(db.session(), require_identity())
    offered = named(db.session(), [(agent, agent.full_name) for agent in people])
    form.choice.choices = choices(offered)
    entrusted = accepted(form, lambda: _entrust(form))
    if entrusted is not None:
        flash(told(entrusted), "success" if entrusted.count else "warning")
        return redirect("case_departures.index")
    return _page(form), status_of(form)


def _page(form: EntrustForm) -> str:
    identity = require_identity()
    wanted = CaseFilter(whose=UNATTENDED)
    page = queries.page_of_cases(db.session(), identity, wanted, request.args.get("suite"))
    filters = {"reseau": UNATTENDED}
    record_apart(db.engine, identity, Event.CASE_LIST_READ, filters=filters, **page.trace)
    return render_template("cases/unattended.html", form=form, results=page)


def _entrust(form: EntrustForm) -> Entrusted:
    chosen = number_or_none(form.choice.data)
    return services.entrust(db.session(), require_identity(), form.case_ids, chosen)
