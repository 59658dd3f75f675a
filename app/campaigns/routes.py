"""Campaigns of first contact: those of my networks, one of them, making one, filling it, closing it."""

from typing import Any

from flask import Blueprint, flash, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.campaigns import exporting, pages, queries, services
from app.campaigns.forms import CampaignChangeForm, CampaignForm
from app.campaigns.models import ContactCampaign
from app.campaigns.queries import Tab
from app.campaigns.services import Joined
from app.campaigns.standard.queries import list_letters
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import number_or_none
from app.core.web.htmx import redirect, render
from app.core.web.pace import EXPORTS, paced
from app.extensions import db
from app.watching.lists.forms import FillForm, sirens_in

blueprint = Blueprint("campaigns", __name__)

CAMPAIGN = Subject("campaign", "contact_campaign_id", queries.get_campaign)


@blueprint.get("/campagnes")
@access(Permission.CAMPAIGN_READ)
def index() -> ResponseReturnValue:
    """Show the campaigns of my networks."""
    context = pages.of_campaigns(db.session(), require_identity(), request.args.get("suite"))
    return render_template("campaigns/index.html", **context)


@blueprint.route("/campagnes/nouvelle", methods=["GET", "POST"])
@access(Permission.CAMPAIGN_READ)
def create() -> ResponseReturnValue:
    """Make a campaign."""
    session, identity = db.session(), require_identity()
    offered = list_letters(session)
    asked = number_or_none(request.args.get("lettre"))
    begun = next((each for each in offered if each.id == asked), next(iter(offered), None))
    form, draft = open_form(CampaignForm, letter=begun.current.body if begun else "")
    pages.offer(session, identity, form)
    made = accepted(form, lambda: pages.begin(session, identity, form))
    if made is not None:
        campaign, joined = made
        _tell(joined)
        return redirect("campaigns.show", contact_campaign_id=campaign.id)
    context = {"form": form, "draft": draft, "letters": offered, "begun": begun}
    return render_template("campaigns/create.html", **context), status_of(form)


@blueprint.get("/campagnes/<int:contact_campaign_id>")
@access(Permission.CAMPAIGN_READ, subject=CAMPAIGN)
def show(campaign: ContactCampaign) -> ResponseReturnValue:
    """Show a campaign: the firms of a tab, and how far it is."""
    context = _context(campaign)
    sirens = [row.siren for row in context["results"].rows]
    trace = pages.trace_of(campaign, sirens)
    record_apart(db.engine, require_identity(), Event.CAMPAIGN_READ, **trace)
    fill_form = FillForm(formdata=None)
    return render("campaigns/show.html", "campaigns/_firms.html", fill_form=fill_form, **context)


@blueprint.post("/campagnes/<int:contact_campaign_id>/ajout")
@access(Permission.CAMPAIGN_FILL, subject=CAMPAIGN)
def fill(campaign: ContactCampaign) -> ResponseReturnValue:
    """Put the firms pasted in a campaign."""
    session, identity = db.session(), require_identity()
    form, _ = open_form(FillForm)
    joined = accepted(
        form, lambda: services.fill(session, identity, campaign, sirens_in(form.sirens.data or ""))
    )
    if joined is not None:
        _tell(joined)
        return redirect("campaigns.show", contact_campaign_id=campaign.id)
    page = render_template("campaigns/show.html", fill_form=form, **_context(campaign))
    return page, status_of(form)


@blueprint.route("/campagnes/<int:contact_campaign_id>/reglages", methods=["GET", "POST"])
@access(Permission.CAMPAIGN_EDIT, subject=CAMPAIGN)
def change(campaign: ContactCampaign) -> ResponseReturnValue:
    """Change what a campaign is for, its letter, its last day."""
    form, draft = open_form(
        CampaignChangeForm,
        purpose=campaign.purpose,
        letter=campaign.letter,
        ends_on=campaign.ends_on,
    )
    if accepted(form, lambda: _change(campaign, form)):
        flash("La campagne est modifiée.", "success")
        return redirect("campaigns.show", contact_campaign_id=campaign.id)
    page = render_template("campaigns/change.html", campaign=campaign, form=form, draft=draft)
    return page, status_of(form)


@blueprint.post("/campagnes/<int:contact_campaign_id>/cloture")
@access(Permission.CAMPAIGN_EDIT, subject=CAMPAIGN)
def close(campaign: ContactCampaign) -> ResponseReturnValue:
    """Close a campaign."""
    attempted(
        lambda: services.close(db.session(), require_identity(), campaign),
        done=lambda _: (
            "La campagne est close. Les contacts déjà pris peuvent encore être consignés."
        ),
    )
    return redirect("campaigns.show", contact_campaign_id=campaign.id)


@blueprint.get("/campagnes/<int:contact_campaign_id>/export.xlsx")
@access(Permission.CAMPAIGN_READ, subject=CAMPAIGN)
@paced(EXPORTS)
def export(campaign: ContactCampaign) -> ResponseReturnValue:
    """Download the firms of a campaign within my reach, and what became of each, journaled with its digest."""
    identity = require_identity()
    made = exporting.spreadsheet(db.session(), identity, campaign)
    record_apart(db.engine, identity, Event.CAMPAIGN_EXPORTED, **made.trace)
    return send_file(made.content, as_attachment=True, download_name=made.name)


def _context(campaign: ContactCampaign) -> dict[str, Any]:
    asked = request.args
    known = {tab.value: tab for tab in Tab}
    tab = known.get(asked.get("etape", ""), Tab.TO_CONTACT)
    return pages.of_campaign(
        db.session(), require_identity(), campaign,
        tab=tab, department=asked.get("departement"), cursor=asked.get("suite"),
    )  # fmt: skip


def _change(campaign: ContactCampaign, form: CampaignChangeForm) -> bool:
    services.change(
        db.session(), require_identity(), campaign,
        purpose=form.purpose.data or "", letter=form.letter.data or "", ends_on=form.ends_on.data,
    )  # fmt: skip
    return True


def _tell(joined: Joined) -> None:
    for category, sentence in pages.told(joined):
        flash(sentence, category)
