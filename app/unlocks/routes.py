"""Unlocking a firm, my unlocks, and those of my network."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.text.french import datetime_fr
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import render
from app.extensions import db
from app.unlocks import queries, services
from app.unlocks.forms import EndForm, UnlockForm
from app.unlocks.models import LASTS, Unlock, UnlockScope, UnlockSource
from app.unlocks.panels import what_opens

blueprint = Blueprint("unlocks", __name__)

FIRM = Subject("company", "siren", get_company)
UNLOCK = Subject("unlock", "unlock_id", queries.get_unlock)


@blueprint.route("/entreprises/<siren>/deverrouillage", methods=["GET", "POST"])
@access(Permission.UNLOCK_OPEN, subject=FIRM)
def create(company: Company) -> ResponseReturnValue:
    """Say why I need the confidential data of a firm never in alert."""
    form, draft = open_form(UnlockForm)
    unlock = accepted(form, lambda: _open(company, form))
    if unlock is not None:
        flash(
            f"Les données vous sont ouvertes jusqu’au {datetime_fr(unlock.expires_at)}.", "success"
        )
        return redirect(url_for("firm.understand", siren=company.siren), 303)
    what = what_opens(require_identity(), company, scope=UnlockScope.AGENT)
    context = {"company": company, "form": form, "draft": draft, "days": LASTS.days, "what": what}
    return render_template("unlocks/create.html", **context), status_of(form)


@blueprint.get("/deverrouillages")
@access(Permission.UNLOCK_OWN)
def index() -> ResponseReturnValue:
    """My unlocks, in force or not."""
    page = queries.page_of_mine(db.session(), require_identity(), request.args.get("suite"))
    return render("unlocks/index.html", "unlocks/_unlocks.html", results=page, whose="mine")


@blueprint.get("/deverrouillages/reseau")
@access(Permission.UNLOCK_SUPERVISE)
def network() -> ResponseReturnValue:
    """Who in my network unlocked which firm of my zone, and why."""
    page = queries.page_of_network(db.session(), require_identity(), request.args.get("suite"))
    return render("unlocks/network.html", "unlocks/_unlocks.html", results=page, whose="network")


@blueprint.route("/deverrouillages/<int:unlock_id>/fin", methods=["GET", "POST"])
@access(Permission.UNLOCK_END, subject=UNLOCK)
def end(unlock: Unlock) -> ResponseReturnValue:
    """Ask for confirmation, then end an unlock early."""
    form, _ = open_form(EndForm)
    if accepted(form, lambda: _end(unlock)):
        flash("Le déverrouillage est terminé : les données sont de nouveau fermées.", "success")
        return redirect(url_for("unlocks.index"), 303)
    return render_template("unlocks/end.html", form=form, unlock=unlock), status_of(form)


def _open(company: Company, form: UnlockForm) -> Unlock:
    return services.open_unlock(
        db.session(),
        require_identity(),
        company,
        services.Motive(source=UnlockSource(form.source.data), text=form.motive.data),
    )


def _end(unlock: Unlock) -> bool:
    services.end_unlock(db.session(), require_identity(), unlock)
    return True
