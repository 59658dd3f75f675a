"""The home page, and what is done there of an alert."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission, permits
from app.core.journal import Event, record, record_apart
from app.core.web.form_pages import accepted, status_of
from app.core.web.forms import ConfirmForm, DsfrForm
from app.core.web.htmx import wants_fragment
from app.extensions import db
from app.network.services import read_feed
from app.portal.home import pages, services
from app.portal.home.forms import Act, HandleForm
from app.portal.home.models import HandledAlert, Postponement
from app.referrals.guichet.policies import ADVISERS

blueprint = Blueprint("portal", __name__)

FIRM = Subject("company", "siren", get_company)


@blueprint.get("/")
@access(Permission.HOME_READ)
def home() -> ResponseReturnValue:
    """Show what waits for me; to whoever reads firms, the new alerts too, and what happened around those they follow."""
    identity = require_identity()
    if identity.roles == ADVISERS:
        return redirect(url_for("guichet_advisers.index"))
    if not permits(identity, Permission.COMPANY_READ):
        return render_template("portal/home/desk.html", **pages.desk(db.session(), identity))
    context = pages.home(
        db.session(), identity, cursor=request.args.get("suite"), done=request.args.get("traitee")
    )
    read_feed(identity, Event.HOME_READ, shown=pages.counts_of_home(context))
    return render_template("portal/home/home.html", **context)


@blueprint.post("/alertes/<siren>/traitement")
@access(Permission.ALERT_HANDLE, subject=FIRM)
def handle(company: Company) -> ResponseReturnValue:
    """Follow the firm of an alert, or put the alert aside until a date."""
    form = HandleForm()
    handled = accepted(form, lambda: _handle(company, form))
    if handled is not None and not wants_fragment():
        return redirect(url_for("portal.home", traitee=company.siren, _anchor="alertes"), 303)
    return _alerts(form, done=company.siren if handled else None), status_of(form)


@blueprint.post("/alertes/<siren>/annulation")
@access(Permission.ALERT_HANDLE, subject=FIRM)
def undo(company: Company) -> ResponseReturnValue:
    """Bring back an alert that I had handled."""
    form = ConfirmForm()
    if form.validate_on_submit():
        services.undo(db.session(), require_identity(), company)
    if not wants_fragment():
        return redirect(url_for("portal.home", _anchor="alertes"), 303)
    return _alerts(form, done=None), status_of(form)


@blueprint.get("/entreprises/<siren>/prendre-contact")
@access(Permission.VISIT_READ, subject=FIRM)
def contact(company: Company) -> ResponseReturnValue:
    """Go to where a contact with the firm is logged: its head office, or another of its places in my zone."""
    place = pages.place_to_contact(db.session(), require_identity(), company)
    if place is None:
        return redirect(url_for("firm.understand", siren=company.siren), 303)
    return redirect(url_for("visits.create", siret=place.siret), 303)


def _handle(company: Company, form: HandleForm) -> HandledAlert:
    session, identity = db.session(), require_identity()
    if Act(form.act.data) is Act.FOLLOW:
        return services.follow(session, identity, company)
    until = Postponement(form.until.data)
    return services.put_aside(session, identity, company, until=until)


def _alerts(form: DsfrForm, *, done: str | None) -> str:
    """The alerts as they are now, in place of the former ones: what was just done is said, and may be undone.

    Without scripts, what was refused is said on the whole page.
    """
    session, identity = db.session(), require_identity()
    if not wants_fragment():
        context = pages.home(session, identity, cursor=None)
        record_apart(db.engine, identity, Event.HOME_READ, shown=pages.counts_of_home(context))
        return render_template("portal/home/home.html", handle_form=form, **context)
    context = pages.alerts(session, identity, done=done)
    shown = {"alerts": len(context["cards"])}
    if form.error_links:
        # What is refused is undone, and what was shown was read all the same.
        record_apart(db.engine, identity, Event.HOME_READ, shown=shown)
    else:
        record(session, identity, Event.HOME_READ, shown=shown)
    return render_template("portal/home/_alerts.html", handle_form=form, **context)
