"""Mine, a new one, one of them, and what becomes of it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.cases.models import Case
from app.cases.queries import get_case
from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.now import today
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import choices
from app.core.web.htmx import redirect, render
from app.deadlines import presenters, queries, services
from app.deadlines.forms import ChangeForm, DeadlineForm
from app.deadlines.models import Deadline, DeadlineState
from app.deadlines.services import PlannedDeadline
from app.extensions import db
from app.network.comments.readers import audiences_of
from app.network.reading.services import PageShows, mark_shown

blueprint = Blueprint("deadlines", __name__)

FIRM = Subject("company", "siren", get_company)
CASE = Subject("case", "case_id", get_case)
DEADLINE = Subject("deadline", "deadline_id", queries.get_deadline)
#: what the button sends -> what is said of it
SETTLED = {
    DeadlineState.DONE: "L’échéance est faite.",
    DeadlineState.CANCELLED: "L’échéance est annulée.",
}
#: in the address: what was due long ago, alone
LONG_AGO = "anciennes"


@blueprint.get("/echeances")
@access(Permission.DEADLINE_READ)
def index() -> ResponseReturnValue:
    """Show what I have to do, page by page."""
    identity, session = require_identity(), db.session()
    long_ago = request.args.get(LONG_AGO) == "1"
    page = queries.page_of_mine(session, identity, request.args.get("suite"), long_ago=long_ago)
    mark_shown(session, identity, _shown(page.rows))
    record_apart(db.engine, identity, Event.FEED_READ, page=request.path, count=len(page.rows))
    waits = not long_ago and queries.waits_long(session, identity)
    templates = ("deadlines/index.html", "deadlines/_mine.html")
    return render(*templates, results=page, long_ago=long_ago, waits_long=waits)


@blueprint.route("/entreprises/<siren>/echeances/nouvelle", methods=["GET", "POST"])
@access(Permission.DEADLINE_WRITE, subject=FIRM)
def create_on_firm(company: Company) -> ResponseReturnValue:
    """Plan something to be done of a firm."""
    return _create(company, None)


@blueprint.route("/accompagnements/<int:case_id>/echeances/nouvelle", methods=["GET", "POST"])
@access(Permission.CASE_UPDATE, subject=CASE)
def create_on_case(case: Case) -> ResponseReturnValue:
    """Plan something to be done in an accompagnement."""
    return _create(case.company, case)


@blueprint.get("/echeances/<int:deadline_id>")
@access(Permission.DEADLINE_READ, subject=DEADLINE)
def detail(deadline: Deadline) -> ResponseReturnValue:
    """Show what is to be done, by whom, and what became of it."""
    mark_shown(db.session(), require_identity(), _shown([deadline]))
    return render_template("deadlines/detail.html", deadline=deadline)


@blueprint.route("/echeances/<int:deadline_id>/modification", methods=["GET", "POST"])
@access(Permission.DEADLINE_CHANGE, subject=DEADLINE)
def change(deadline: Deadline) -> ResponseReturnValue:
    """Put it off, or give it to somebody else."""
    values: dict[str, Any] = {
        "due_on": deadline.due_on,
        "assignee_id": deadline.assignee_id,
    }
    form, draft = open_form(ChangeForm, **values)
    form.assignee_id.choices = _assignees(_case_of(deadline), deadline)
    if accepted(form, lambda: _change(deadline, form)):
        return redirect("deadlines.detail", deadline_id=deadline.id)
    page = render_template("deadlines/change.html", form=form, draft=draft, deadline=deadline)
    return page, status_of(form)


@blueprint.post("/echeances/<int:deadline_id>/fin")
@access(Permission.DEADLINE_CHANGE, subject=DEADLINE)
def settle(deadline: Deadline) -> ResponseReturnValue:
    """Say that it is done, or cancelled."""
    is_cancelled = request.form.get("state") == DeadlineState.CANCELLED
    state = DeadlineState.CANCELLED if is_cancelled else DeadlineState.DONE
    attempted(
        lambda: services.settle(db.session(), require_identity(), deadline, state),
        done=lambda _: SETTLED[state],
    )
    return redirect("deadlines.detail", deadline_id=deadline.id)


def _shown(deadlines: Sequence[Deadline]) -> PageShows:
    return PageShows(subjects={services.SUBJECT: [deadline.id for deadline in deadlines]})


def _create(company: Company, case: Case | None) -> ResponseReturnValue:
    form, draft = open_form(DeadlineForm, due_on=today(), assignee_id=require_identity().agent_id)
    audiences = audiences_of(db.session(), require_identity(), company.siren, company.departments)
    form.network_id.offer(audiences)
    form.assignee_id.choices = _assignees(case)
    planned = accepted(form, lambda: _plan(company, case, form))
    if planned is not None:
        return redirect("deadlines.detail", deadline_id=planned.id)
    context = {"form": form, "draft": draft, "company": company, "case": case}
    return render_template("deadlines/create.html", **context), status_of(form)


def _assignees(case: Case | None, deadline: Deadline | None = None) -> Any:
    offered = presenters.assignees(db.session(), require_identity(), case)
    if deadline is not None and str(deadline.assignee_id) not in dict(offered):
        offered.insert(0, (str(deadline.assignee_id), deadline.assignee.full_name))
    return choices(offered)


def _case_of(deadline: Deadline) -> Case | None:
    if deadline.case_id is None:
        return None
    return get_case(db.session(), require_identity(), deadline.case_id)


def _plan(company: Company, case: Case | None, form: DeadlineForm) -> Deadline:
    plan = PlannedDeadline(
        what=form.what.data,
        due_on=form.due_on.data,
        network_id=form.network_id.data,
        assignee_id=form.assignee_id.data,
    )
    session, identity = db.session(), require_identity()
    if case is not None:
        return services.plan_on_case(session, identity, case, plan)
    return services.plan_on_firm(session, identity, company, plan)


def _change(deadline: Deadline, form: ChangeForm) -> bool:
    values = {"due_on": form.due_on.data, "assignee_id": form.assignee_id.data}
    services.change(db.session(), require_identity(), deadline, **values)
    return True
