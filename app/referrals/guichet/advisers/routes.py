"""The pages of an adviser: all that their account opens."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access.elevation import reading_as_system
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, status_of
from app.core.web.forms import choices, flag_or_none
from app.core.web.htmx import redirect
from app.extensions import db
from app.referrals.guichet.advisers import queries, services
from app.referrals.guichet.advisers.forms import HOWS, AdviserForm, AdviserWithdrawForm
from app.referrals.guichet.advisers.queries import FiledRequest
from app.referrals.guichet.door import asking
from app.referrals.guichet.door.queries import list_offers
from app.referrals.guichet.following.presenters import followed
from app.referrals.needs.models import ConsentHow, Solicitation
from app.referrals.needs.services import PersonToCall

blueprint = Blueprint("guichet_advisers", __name__, url_prefix="/guichet/pour-une-entreprise")

OWN = Subject("filed", "solicitation_id", queries.get_own)


@blueprint.get("")
@access(Permission.GUICHET_FILE)
def index() -> ResponseReturnValue:
    """The requests that I filed, and where each need stands."""
    session = db.session()
    found = queries.slice_of_own(session, require_identity(), request.args.get("suite"))
    whole = queries.whole(session, found.rows)
    lines = [(each, followed(whole[each.id], {})) for each in found.rows]
    return render_template("guichet/filed.html", lines=lines, next_cursor=found.next_cursor)


@blueprint.route("/nouvelle", methods=["GET", "POST"])
@access(Permission.GUICHET_FILE)
def create() -> ResponseReturnValue:
    """File a request for a firm."""
    form = AdviserForm()
    _offer(form)
    filed = accepted(form, lambda: _filed(form))
    if filed is not None:
        flash(
            "La demande est partie : les conseillers qui peuvent y répondre l’ont reçue.", "success"
        )
        return redirect("guichet_advisers.show", solicitation_id=filed.id)
    return render_template("guichet/file.html", form=form), status_of(form)


@blueprint.get("/<int:solicitation_id>")
@access(Permission.GUICHET_FOLLOW, subject=OWN)
def show(filed: FiledRequest) -> ResponseReturnValue:
    """Where a request that I filed stands."""
    return _show(filed.solicitation, AdviserWithdrawForm(formdata=None))


@blueprint.post("/<int:solicitation_id>/retrait")
@access(Permission.GUICHET_FOLLOW, subject=OWN)
def withdraw(filed: FiledRequest) -> ResponseReturnValue:
    """Take back a request that I filed."""
    solicitation = filed.solicitation
    form = AdviserWithdrawForm()
    if accepted(form, lambda: _withdrawn(solicitation, form)):
        flash("La demande est retirée.", "success")
        return redirect("guichet_advisers.show", solicitation_id=solicitation.id)
    return _show(solicitation, form)


def _offer(form: AdviserForm) -> None:
    with reading_as_system(db.session(), reason="Besoins proposés"):
        offers = list_offers(db.session())
    form.subjects.choices = choices((str(offer.number), offer.wording) for offer in offers)


def _filed(form: AdviserForm) -> Solicitation | None:
    """The request, `None` with errors on its fields; read with the system's rights of what is public: an adviser reads nothing else."""
    with reading_as_system(db.session(), reason="Guichet d’un conseiller"):
        asked = asking.resolve(db.session(), form, list_offers(db.session()), search=lambda: None)
    if asked is None:
        return None
    how = next((each for each in HOWS if each.value == form.consent_how.data), ConsentHow.SPOKEN)
    filed = services.Filed(
        asked=asked,
        asker=PersonToCall(
            name=form.name.data, telephone=form.telephone.data, email=form.email.data
        ),
        message=form.message.data,
        has_debt=flag_or_none(form.has_debt.data),
        is_first=flag_or_none(form.is_first.data),
        consent_by=form.consent_by.data,
        consent_how=how,
        consent_on=form.consent_on.data,
    )
    return services.file(db.session(), require_identity(), filed)


def _withdrawn(solicitation: Solicitation, form: AdviserWithdrawForm) -> bool:
    services.withdraw(db.session(), require_identity(), solicitation, reason=form.reason.data)
    return True


def _show(solicitation: Solicitation, form: AdviserWithdrawForm) -> ResponseReturnValue:
    page = render_template(
        "guichet/filed_one.html",
        solicitation=solicitation,
        needs=followed(solicitation, {}),
        form=form,
        back=url_for("guichet_advisers.index"),
    )
    return page, status_of(form)
