"""The register of demands: looking, writing one, writing its answer."""

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.now import today
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import redirect
from app.extensions import db
from app.transparency.demands import queries, services
from app.transparency.demands.forms import DemandAnswerForm, DemandForm
from app.transparency.demands.models import Demand, DemandKind, DemandOutcome

blueprint = Blueprint("demands", __name__, url_prefix="/demandes-algorithme")

DEMAND = Subject("demand", "demand_id", queries.get_demand)


@blueprint.get("")
@access(Permission.DEMAND_KEEP)
def index() -> ResponseReturnValue:
    """Show what waits for an answer, or what was answered."""
    session, identity = db.session(), require_identity()
    is_answered = request.args.get("etat") == "repondues"
    found = queries.slice_of_demands(
        session, identity, request.args.get("suite"), is_answered=is_answered
    )
    return render_template(
        "transparency/demands/index.html", demands=found, is_answered=is_answered,
        late=queries.count_late(session, identity),
    )  # fmt: skip


@blueprint.route("/nouvelle", methods=["GET", "POST"])
@access(Permission.DEMAND_KEEP)
def write() -> ResponseReturnValue:
    """Write a demand into the register."""
    form, draft = open_form(DemandForm, siren=request.args.get("siren", ""), received_on=today())
    made = accepted(form, lambda: _write(form))
    if made is not None:
        flash("La demande est inscrite.", "success")
        return redirect("demands.show", demand_id=made.id)
    page = render_template("transparency/demands/write.html", form=form, draft=draft)
    return page, status_of(form)


@blueprint.get("/<int:demand_id>")
@access(Permission.DEMAND_KEEP, subject=DEMAND)
def show(demand: Demand) -> ResponseReturnValue:
    """Show a demand and its answer."""
    return render_template("transparency/demands/show.html", demand=demand)


@blueprint.route("/<int:demand_id>/reponse", methods=["GET", "POST"])
@access(Permission.DEMAND_KEEP, subject=DEMAND)
def answer(demand: Demand) -> ResponseReturnValue:
    """Write what the firm was answered."""
    form, draft = open_form(DemandAnswerForm, answered_on=today())
    if accepted(form, lambda: _answer(demand, form)):
        flash("La réponse est inscrite.", "success")
        return redirect("demands.show", demand_id=demand.id)
    page = render_template("transparency/demands/answer.html", demand=demand, form=form, draft=draft)  # fmt: skip
    return page, status_of(form)


def _write(form: DemandForm) -> Demand:
    received = services.ReceivedDemand(
        kind=DemandKind(form.kind.data), siren=form.siren.data or "", asked_as=form.asked_as.data or "",
        body=form.body.data or "", received_on=form.received_on.data,
    )  # fmt: skip
    return services.write(db.session(), require_identity(), received)


def _answer(demand: Demand, form: DemandAnswerForm) -> bool:
    services.answer(
        db.session(), require_identity(), demand, outcome=DemandOutcome(form.outcome.data),
        said=form.answer.data or "", answered_on=form.answered_on.data,
    )  # fmt: skip
    return True
