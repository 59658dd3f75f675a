"""The pages where accompagnements are handed over and taken."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Agent
from app.accounts.queries import find_agent
from app.cases.assignments.queries import list_colleagues
from app.cases.handover import queries, services
from app.cases.handover.forms import TAKE, HandoverForm, OneHandoverForm, TakingForm
from app.cases.handover.models import Handover
from app.cases.handover.presenters import told_proposed, told_taken
from app.cases.handover.services import Proposed
from app.cases.models import Case
from app.cases.queries import get_case
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import NotFoundError
from app.core.journal import Event, record_apart
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import choices, number_or_none
from app.core.web.htmx import redirect
from app.extensions import db
from app.habilitations.absences.presenters import named

blueprint = Blueprint("case_handovers", __name__)

CASE = Subject("case", "case_id", get_case)
HANDOVER = Subject("handover", "handover_id", queries.get_handover)
LEAVER = Subject("leaver", "agent_id", queries.get_leaver)


@blueprint.get("/accompagnements/transmissions")
@access(Permission.HANDOVER_ASK)
def index() -> ResponseReturnValue:
    """List those that name me."""
    handovers = queries.list_mine(db.session(), require_identity())
    return render_template("cases/handover/index.html", handovers=handovers)


@blueprint.route("/accompagnements/transmission", methods=["GET", "POST"])
@access(Permission.HANDOVER_ASK)
def mine() -> ResponseReturnValue:
    """Hand my accompagnements over."""
    return _start(_me())


@blueprint.route("/accompagnements/<int:case_id>/transmission", methods=["GET", "POST"])
@access(Permission.CASE_MANAGE_MEMBERS, subject=CASE)
def one(case: Case) -> ResponseReturnValue:
    """Hand one accompagnement over, to somebody of any administration."""
    form, _ = open_form(OneHandoverForm)
    form.choice.choices = choices(_offered(case))
    proposed = accepted(form, lambda: _propose_one(case, form))
    if proposed is not None:
        taker = find_agent(db.session(), proposed.handover.taker_id)
        flash(told_proposed(proposed, taker.full_name if taker else ""), "success")
        return redirect("case_handovers.detail", handover_id=proposed.handover.id)
    company = get_company(db.session(), require_identity(), case.siren)
    context = {
        "form": form,
        "case": case,
        "company": company,
        "readable_days": services.READABLE.days,
    }
    return render_template("cases/handover/one.html", **context), status_of(form)


@blueprint.route("/accompagnements/transmission/<int:agent_id>", methods=["GET", "POST"])
@access(Permission.CASE_ASSIGN, subject=LEAVER)
def of_leaver(leaver: Agent) -> ResponseReturnValue:
    """Hand over those of somebody of my house who left."""
    return _start(leaver)


@blueprint.get("/accompagnements/transmissions/<int:handover_id>")
@access(Permission.HANDOVER_READ, subject=HANDOVER)
def detail(handover: Handover) -> ResponseReturnValue:
    """Show one, and what becomes of each accompagnement."""
    return _detail(handover, open_form(TakingForm, path=_answer_path(handover))[0])


@blueprint.post("/accompagnements/transmissions/<int:handover_id>/reponse")
@access(Permission.HANDOVER_ANSWER, subject=HANDOVER)
def answer(handover: Handover) -> ResponseReturnValue:
    """Take, or decline."""
    form = TakingForm()
    done = accepted(form, lambda: _answer(handover, form))
    if done is None:
        return _detail(handover, form), status_of(form)
    flash(done, "success")
    return redirect("case_handovers.detail", handover_id=handover.id)


@blueprint.post("/accompagnements/transmissions/<int:handover_id>/retrait")
@access(Permission.HANDOVER_WITHDRAW, subject=HANDOVER)
def withdraw(handover: Handover) -> ResponseReturnValue:
    """Ask no more."""
    attempted(
        lambda: services.withdraw(db.session(), require_identity(), handover),
        done=lambda _: "La transmission est retirée.",
    )
    return redirect("case_handovers.detail", handover_id=handover.id)


def _offered(case: Case) -> list[tuple[str, str]]:
    leaders = queries.list_leaders(db.session(), require_identity(), case)
    people = [(each, f"{each.full_name}, {each.administration.label}") for each in leaders]
    return named(db.session(), people)


def _propose_one(case: Case, form: OneHandoverForm) -> Proposed:
    return services.propose_one(
        db.session(), require_identity(), _me(), case,
        taker_id=number_or_none(form.choice.data), note=form.note.data,
    )  # fmt: skip


def _me() -> Agent:
    me = find_agent(db.session(), require_identity().agent_id or 0)
    if me is None:
        raise NotFoundError
    return me


def _start(former: Agent) -> ResponseReturnValue:
    form, _ = open_form(HandoverForm)
    people = list_colleagues(db.session(), require_identity())
    others = [(agent, agent.full_name) for agent in people if agent.id != former.id]
    form.choice.choices = choices(named(db.session(), others))
    proposed = accepted(form, lambda: _propose(former, form))
    if proposed is not None:
        taker = find_agent(db.session(), proposed.handover.taker_id)
        flash(told_proposed(proposed, taker.full_name if taker else ""), "success")
        return redirect("case_handovers.detail", handover_id=proposed.handover.id)
    identity = require_identity()
    portfolio = queries.list_portfolio(db.session(), identity, former.id)
    filters = {"reseau": "transmission", "agent": former.id}
    record_apart(
        db.engine, identity, Event.CASE_LIST_READ, filters=filters, count=len(portfolio)
    )  # fmt: skip
    context = {"form": form, "former": former, "portfolio": portfolio, "me_id": identity.agent_id}
    return render_template("cases/handover/start.html", **context), status_of(form)


def _propose(former: Agent, form: HandoverForm) -> Proposed:
    return services.propose(
        db.session(), require_identity(), former, case_ids=form.case_ids,
        taker_id=number_or_none(form.choice.data), note=form.note.data,
    )  # fmt: skip


def _detail(handover: Handover, form: TakingForm) -> str:
    identity = require_identity()
    rows = queries.list_cases(db.session(), handover)
    filters = {"reseau": "transmission"}
    record_apart(db.engine, identity, Event.CASE_LIST_READ, filters=filters, count=len(rows))
    return render_template(
        "cases/handover/detail.html", handover=handover, rows=rows, form=form,
        readable_days=services.READABLE.days,
    )  # fmt: skip


def _answer(handover: Handover, form: TakingForm) -> str:
    session, identity = db.session(), require_identity()
    if form.answer.data == TAKE:
        return told_taken(services.accept(session, identity, handover))
    services.decline(session, identity, handover, form.reason.data)
    return "Votre refus est transmis : rien ne change."


def _answer_path(handover: Handover) -> str:
    return url_for("case_handovers.answer", handover_id=handover.id)
