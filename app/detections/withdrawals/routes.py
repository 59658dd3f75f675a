"""The lists as those who answer for them see them: withdrawn, put back, by two people."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.detections.models import DetectionList
from app.detections.withdrawals import queries, services
from app.detections.withdrawals.forms import ListWithdrawalForm
from app.detections.withdrawals.models import ListWithdrawal
from app.extensions import db

blueprint = Blueprint("withdrawals", __name__, url_prefix="/modele/listes")

LIST = Subject("any_list", "list_id", queries.get_any_list)
ASKED = Subject("asked", "withdrawal_id", queries.get_withdrawal)


@blueprint.get("")
@access(Permission.LIST_WITHDRAW)
def index() -> ResponseReturnValue:
    """Show the last lists, published or withdrawn, and what was asked of them."""
    session = db.session()
    asked = queries.list_asked(session)
    return render_template(
        "detections/withdrawals/index.html", lists=queries.list_every(session), asked=asked,
        pending={each.list_id: each for each in asked if each.decided_at is None},
        me=require_identity().agent_id,
    )  # fmt: skip


@blueprint.route("/<int:list_id>/retrait", methods=["GET", "POST"])
@access(Permission.LIST_WITHDRAW, subject=LIST)
def ask(any_list: DetectionList) -> ResponseReturnValue:
    """Ask that a list be withdrawn, or put back."""
    form, _ = open_form(ListWithdrawalForm)
    if accepted(form, lambda: _ask(any_list, form)):
        flash("La demande est faite : une autre personne doit la confirmer.", "success")
        return redirect(url_for("withdrawals.index"), 303)
    page = render_template("detections/withdrawals/ask.html", detection_list=any_list, form=form)  # fmt: skip
    return page, status_of(form)


@blueprint.post("/retraits/<int:withdrawal_id>/decision")
@access(Permission.LIST_WITHDRAW, subject=ASKED)
def decide(asked: ListWithdrawal) -> ResponseReturnValue:
    """Confirm or refuse what somebody else asked."""
    is_accepted = request.form.get("decision") == "confirmer"
    attempted(
        lambda: services.decide(db.session(), require_identity(), asked, is_accepted=is_accepted),
        done=lambda _: "C’est fait." if is_accepted else "La demande est refusée.",
    )
    return redirect(url_for("withdrawals.index"), 303)


def _ask(detection_list: DetectionList, form: ListWithdrawalForm) -> bool:
    services.ask(db.session(), require_identity(), detection_list, reason=form.reason.data or "")
    return True
