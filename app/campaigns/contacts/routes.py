"""A firm of a campaign: what is known before a call, the call, what it gave."""

from typing import Any

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.campaigns.contacts import pages, queries, services
from app.campaigns.contacts.forms import GiveBackForm, PutOffForm, ResultForm, TakeForm
from app.campaigns.contacts.services import InTouchError
from app.campaigns.models import (
    CampaignFirm,
    Cancellation,
    ContactEnding,
    Delay,
    FirmContact,
)
from app.campaigns.queries import get_firm
from app.companies.queries import get_establishment
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import redirect
from app.extensions import db
from app.visits.models import Channel, Visit

blueprint = Blueprint("campaign_contacts", __name__)

FIRM = Subject("firm", "campaign_firm_id", get_firm)
CONTACT = Subject("contact", "contact_id", queries.get_contact)


@blueprint.get("/campagnes/entreprises/<int:campaign_firm_id>")
@access(Permission.CAMPAIGN_READ, subject=FIRM)
def show(firm: CampaignFirm) -> ResponseReturnValue:
    """Show what is known before a call, the letter, and what may be done."""
    return _page(firm)


@blueprint.post("/campagnes/entreprises/<int:campaign_firm_id>/prise")
@access(Permission.CONTACT_TAKE, subject=FIRM)
def take(firm: CampaignFirm) -> ResponseReturnValue:
    """« Je prends contact », once told of who is in touch already."""
    told = TakeForm().told.data or None
    try:
        services.take(db.session(), require_identity(), firm, told=told)
    except InTouchError:
        # The page itself says who is.
        return _page(firm), 422
    except DomainError as error:
        flash(error.message, "error")
        return redirect("campaigns.show", contact_campaign_id=firm.campaign_id)
    flash("Vous avez pris contact : dites ici ce qu’il aura donné.", "success")
    return redirect("campaign_contacts.show", campaign_firm_id=firm.id)


@blueprint.route("/campagnes/entreprises/<int:campaign_firm_id>/report", methods=["GET", "POST"])
@access(Permission.CONTACT_TAKE, subject=FIRM)
def put_off(firm: CampaignFirm) -> ResponseReturnValue:
    """Put the contact off, or leave the firm out."""
    form, _ = open_form(PutOffForm)
    if accepted(form, lambda: _put_off(firm, form)):
        flash("C’est noté.", "success")
        return redirect("campaigns.show", contact_campaign_id=firm.campaign_id)
    page = render_template("campaigns/contacts/put_off.html", firm=firm, form=form)
    return page, status_of(form)


@blueprint.route("/campagnes/contacts/<int:contact_id>/retour", methods=["GET", "POST"])
@access(Permission.CONTACT_RELEASE, subject=CONTACT)
def give_back(contact: FirmContact) -> ResponseReturnValue:
    """Give a contact back."""
    form, _ = open_form(GiveBackForm)
    if accepted(form, lambda: _give_back(contact, form)):
        flash("Le contact est rendu : un autre agent peut le prendre.", "success")
        return redirect("campaigns.show", contact_campaign_id=contact.campaign_id)
    page = render_template("campaigns/contacts/give_back.html", contact=contact, form=form)
    return page, status_of(form)


@blueprint.route("/campagnes/contacts/<int:contact_id>/resultat", methods=["GET", "POST"])
@access(Permission.CONTACT_SETTLE, subject=CONTACT)
def settle(contact: FirmContact) -> ResponseReturnValue:
    """Say what a contact gave; where the firm has a need, an accompagnement is the next step."""
    session, identity = db.session(), require_identity()
    form, draft = open_form(ResultForm, **pages.result_values())
    pages.offer(session, identity, contact, form)
    logged = accepted(form, lambda: _settle(contact, form))
    if logged is not None:
        return _after(contact, logged)
    page = render_template(
        "campaigns/contacts/result.html", contact=contact, form=form, draft=draft
    )
    return page, status_of(form)


def _page(firm: CampaignFirm) -> str:
    form = TakeForm(formdata=None)
    context = pages.of_firm(db.session(), require_identity(), firm)
    # What the page tells now is what the next click was told.
    form.told.data = context["in_touch"].token if context["in_touch"] else ""
    return render_template("campaigns/contacts/show.html", take_form=form, **context)


def _put_off(firm: CampaignFirm, form: PutOffForm) -> bool:
    delay = Delay(form.delay.data)
    services.put_off(db.session(), require_identity(), firm, delay=delay)
    return True


def _give_back(contact: FirmContact, form: GiveBackForm) -> bool:
    reason = Cancellation(form.reason.data)
    services.give_back(db.session(), require_identity(), contact, reason=reason)
    return True


def _settle(contact: FirmContact, form: ResultForm) -> Visit:
    session, identity = db.session(), require_identity()
    offered = {place.siret for place in queries.list_places(session, identity, contact.company)}
    if form.siret.data not in offered:
        raise DomainError("Choisissez un établissement de votre zone.", field="siret")
    report: dict[str, Any] = {
        "visited_on": form.visited_on.data,
        "channel": Channel(form.channel.data),
        "network_id": form.network_id.data,
        "body": form.body.data,
        "next_step": form.next_step.data,
        "next_step_on": form.next_step_on.data,
    }
    place = get_establishment(session, identity, form.siret.data)
    ending = ContactEnding(form.ending.data)
    return services.settle(session, identity, contact, place, ending=ending, report=report)


def _after(contact: FirmContact, visit: Visit) -> ResponseReturnValue:
    if contact.ending is ContactEnding.NEED and visit.case_id is None:
        flash(
            "Contact consigné. L’entreprise a un besoin : vous pouvez ouvrir son accompagnement.",
            "success",
        )
        return redirect("cases.create", siret=visit.siret)
    flash("Contact consigné.", "success")
    return redirect("campaigns.show", contact_campaign_id=contact.campaign_id)
