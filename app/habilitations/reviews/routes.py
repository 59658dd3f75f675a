"""The six-monthly review: opening it, deciding line by line, exporting its report."""

from datetime import timedelta

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.identity import Nature
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.now import today
from app.core.text.french import de_fr
from app.core.web.form_pages import accepted, open_form
from app.core.web.htmx import redirect
from app.core.web.pace import EXPORTS, paced
from app.extensions import db
from app.habilitations import reach
from app.habilitations.models import ReviewCampaign, ReviewDecision, ReviewItem
from app.habilitations.pages import act_page, blueprint, send
from app.habilitations.presenters import make_file
from app.habilitations.requests.services import RequestedRights
from app.habilitations.reviews import presenters, services
from app.habilitations.reviews.forms import ReviewForm, ReviewItemForm
from app.habilitations.rights.queries import list_zones

CAMPAIGN = Subject("campaign", "campaign_id", reach.get_campaign)
ITEM = Subject("item", "item_id", reach.get_review_item)
#: default time to decide
USUAL = timedelta(days=30)


@blueprint.get("/habilitations/revues")
@access(Permission.HABILITATION_READ)
def reviews_list() -> ResponseReturnValue:
    """The campaigns, latest first."""
    session, identity = db.session(), require_identity()
    campaigns = [
        (campaign, services.list_progress(session, identity, campaign))
        for campaign in services.list_campaigns(session)
    ]
    return render_template("habilitations/reviews.html", campaigns=campaigns)


@blueprint.route("/habilitations/revues/nouvelle", methods=["GET", "POST"])
@access(Permission.REVIEW_OPEN)
def open_review() -> ResponseReturnValue:
    """Put every habilitation under review."""
    form, draft = open_form(ReviewForm, due_on=today() + USUAL)
    opened = accepted(
        form,
        lambda: services.open_campaign(db.session(), require_identity(), due_on=form.due_on.data),
    )
    if opened is not None:
        flash("La revue est ouverte ; les correspondants la voient dès maintenant.", "success")
        return redirect("habilitations.review", campaign_id=opened.id)
    return act_page(
        form,
        draft=draft,
        title="Ouvrir une revue des habilitations",
        lead="Chaque habilitation en vigueur est maintenue, modifiée ou retirée par un correspondant.",
        submit="Ouvrir la revue",
        back=("Revues", url_for("habilitations.reviews_list")),
    )


@blueprint.get("/habilitations/revues/<int:campaign_id>")
@access(Permission.HABILITATION_READ, subject=CAMPAIGN)
def review(campaign: ReviewCampaign) -> ResponseReturnValue:
    """What is to be decided, and what was decided."""
    session, identity = db.session(), require_identity()
    return render_template(
        "habilitations/review.html",
        campaign=campaign,
        items=services.list_items(session, identity, campaign),
        progress=services.list_progress(session, identity, campaign),
    )


@blueprint.get("/habilitations/revues/<int:campaign_id>/export.<any(csv, xlsx):kind>")
@access(Permission.HABILITATION_READ, subject=CAMPAIGN)
@paced(EXPORTS)
def export_review(campaign: ReviewCampaign, kind: str) -> ResponseReturnValue:
    """The report of a campaign."""
    session, identity = db.session(), require_identity()
    rows = map(presenters.review_row, services.list_items(session, identity, campaign))
    name, columns = f"revue-{campaign.id}", presenters.REVIEW_COLUMNS
    return send(make_file(kind, name, columns, rows, identity=identity), kind)


@blueprint.route("/habilitations/revues/lignes/<int:item_id>", methods=["GET", "POST"])
@access(Permission.HABILITATION_MANAGE, subject=ITEM)
def decide_review(item: ReviewItem) -> ResponseReturnValue:
    """Keep, change or withdraw a habilitation."""
    right = item.habilitation
    form, draft = open_form(
        ReviewItemForm, zone=right.zone_code, natures=right.natures, function=right.function
    )
    form.offer_zones(list_zones(db.session()))
    if accepted(form, lambda: _decide(item, form)):
        flash("Votre décision est enregistrée.", "success")
        return redirect("habilitations.review", campaign_id=item.campaign_id)
    return act_page(
        form,
        draft=draft,
        title=f"Revoir l’habilitation {de_fr(item.agent.full_name)}",
        lead="Maintenir ou modifier envoie une demande, qu’une autre personne valide. Retirer est immédiat.",
        facts=[{"label": "Fin actuelle", "value": f"{right.ends_on:%d/%m/%Y} à 0 h"}],
        first="decision",
        submit="Enregistrer la décision",
        back=("Revue", url_for("habilitations.review", campaign_id=item.campaign_id)),
    )


def _decide(item: ReviewItem, form: ReviewItemForm) -> bool:
    decision, right = ReviewDecision(form.decision.data), item.habilitation
    requested = RequestedRights(
        zone=form.zone.data,
        natures=tuple(map(Nature, form.natures.data)),
        function=form.function.data,
        reason=form.reason.data,
        renews=right,
    )
    same_data = requested.zone == right.zone_code and set(requested.natures) == set(right.natures)
    is_unchanged = same_data and requested.function == right.function
    if decision is ReviewDecision.CHANGE and is_unchanged:
        raise DomainError(
            "Modifiez la zone, les données ou la fonction, ou choisissez « Maintenir »."
        )
    services.decide(
        db.session(), require_identity(), item, decision, reason=form.reason.data,
        requested=requested if decision is ReviewDecision.CHANGE else None,
    )  # fmt: skip
    return True
