"""Subscriptions: mine, a new one, stopping one."""

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import number_or_none
from app.core.web.htmx import redirect
from app.extensions import db
from app.watching.models import SavedView
from app.watching.subscriptions import pages, queries, services
from app.watching.subscriptions.forms import LevelForm, SubscriptionForm
from app.watching.subscriptions.models import Subscription, TellingLevel, TellingPace

blueprint = Blueprint("subscriptions", __name__)

SUBSCRIPTION = Subject("subscription", "subscription_id", queries.get_subscription)
#: characters of the code of a département, at most
LONGEST_CODE = 3


@blueprint.get("/abonnements")
@access(Permission.SUBSCRIPTION_OWN)
def index() -> ResponseReturnValue:
    """Show what I am told of."""
    context = pages.mine(db.session(), require_identity())
    return render_template("watching/subscriptions/index.html", **context)


@blueprint.route("/abonnements/nouveau", methods=["GET", "POST"])
@access(Permission.SUBSCRIPTION_OWN)
def create() -> ResponseReturnValue:
    """Say what to expect of a view or of a département; subscribe, or change how I am told."""
    session, identity = db.session(), require_identity()
    view = pages.find_view(session, identity, number_or_none(request.args.get("vue")))
    department = None if view else request.args.get("departement", "")[:LONGEST_CODE]
    if view is None and not department:
        return redirect("subscriptions.index")
    context = pages.offered(session, identity, view, department)
    known = queries.find_of(
        session, identity, view_id=view.id if view else None, department=department
    )
    values: dict[str, Any] = {"pace": known.pace.value, "by_mail": known.by_mail} if known else {}
    form, _ = open_form(SubscriptionForm, **values)
    if accepted(form, lambda: _subscribe(form, view, department)):
        flash("C’est noté : vous serez averti de ce qui entre à partir de maintenant.", "success")
        return redirect("subscriptions.index")
    page = render_template("watching/subscriptions/create.html", form=form, **context)
    return page, status_of(form)


@blueprint.post("/abonnements/<int:subscription_id>/niveau")
@access(Permission.SUBSCRIPTION_STOP, subject=SUBSCRIPTION)
def set_level(subscription: Subscription) -> ResponseReturnValue:
    """Be told nothing for a while, or all again."""
    form, _ = open_form(LevelForm)
    if form.validate_on_submit():
        level = TellingLevel(form.level.data)
        services.set_level(db.session(), require_identity(), subscription, level)
    return redirect("network.follows")


@blueprint.post("/abonnements/<int:subscription_id>/arret")
@access(Permission.SUBSCRIPTION_STOP, subject=SUBSCRIPTION)
def stop(subscription: Subscription) -> ResponseReturnValue:
    """Be told no more."""
    attempted(
        lambda: services.stop(db.session(), require_identity(), subscription),
        done=lambda _: "L’abonnement est arrêté.",
    )
    return redirect("subscriptions.index")


def _subscribe(
    form: SubscriptionForm, view: SavedView | None, department: str | None
) -> Subscription:
    return services.subscribe(
        db.session(), require_identity(), view=view, department=department,
        pace=TellingPace(form.pace.data), by_mail=bool(form.by_mail.data),
    )  # fmt: skip
