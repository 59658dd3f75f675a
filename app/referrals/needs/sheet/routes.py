"""What is done of a need on its page: answered, spoken of, taken back, put to somebody; whom to call, each time it is shown."""

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.database.unit_of_work import apart
from app.core.errors import NotFoundError
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import number_or_none
from app.core.web.htmx import redirect, render
from app.extensions import db
from app.referrals.needs import queries, services
from app.referrals.needs.answering import ExpertAnswer, answer
from app.referrals.needs.models import Actor, DeclineReason, FirmNeed, Referral, ReferralState
from app.referrals.needs.putting import described
from app.referrals.needs.sheet.forms import (
    ExpertSearchForm,
    NeedMessageForm,
    NeedWithdrawalForm,
    OutcomeForm,
    RefusalForm,
    ShownForm,
)
from app.referrals.needs.sheet.presenters import UNDO, choices_of, sheet_of
from app.referrals.needs.sheet.queries import page_of_choices

blueprint = Blueprint("need_sheet", __name__, url_prefix="/orientations")

NEED = Subject("need", "need_id", queries.get_need)
REFERRAL = Subject("referral", "referral_id", queries.get_referral)
TAKEN = "C’est noté : vous vous en occupez. Les coordonnées sont sur cette page."
REFUSED = (
    "C’est noté. Si personne d’autre ne s’en occupe, le besoin va à qui l’annuaire désigne ensuite."
)
NOT_READ = f"{REFUSED} Vous ne le lisez plus."


@blueprint.post("/reponses/<int:referral_id>/prise-en-charge")
@access(Permission.NEED_ANSWER, subject=REFERRAL)
def take(referral: Referral) -> ResponseReturnValue:
    """Say that one takes a need in charge."""
    shown = ShownForm().version
    attempted(lambda: _answer(referral, ReferralState.TAKEN, shown), done=lambda _: TAKEN)
    return redirect("needs.show", need_id=referral.need_id)


@blueprint.post("/reponses/<int:referral_id>/annulation")
@access(Permission.NEED_ANSWER, subject=REFERRAL)
def undo(referral: Referral) -> ResponseReturnValue:
    """Undo one's last answer."""
    shown = ShownForm().version
    # What cannot be undone from here is refused by the service, which says why.
    former, _ = UNDO.get(referral.state, (ReferralState.TO_TREAT, ""))
    attempted(
        lambda: _answer(referral, former, shown),
        done=lambda held: f"C’est annulé : ce besoin est « {held.state.label} ».",
    )
    return redirect("needs.show", need_id=referral.need_id)


@blueprint.route("/reponses/<int:referral_id>/refus", methods=["GET", "POST"])
@access(Permission.NEED_ANSWER, subject=REFERRAL)
def refuse(referral: Referral) -> ResponseReturnValue:
    """Say that a need is not for oneself, and why."""
    form, draft = open_form(RefusalForm, shown=str(referral.version))
    if accepted(form, lambda: _refuse(referral, form)):
        if referral.reason is DeclineReason.CONFLICT:
            flash(NOT_READ, "success")
            return redirect("needs.index")
        flash(REFUSED, "success")
        return redirect("needs.show", need_id=referral.need_id)
    context = {
        "title": "Ce n’est pas pour moi",
        "button_label": "Envoyer mon refus",
        "radio": form.reason,
    }
    return _answer_page(referral, form, draft, **context)


@blueprint.route("/reponses/<int:referral_id>/cloture", methods=["GET", "POST"])
@access(Permission.NEED_ANSWER, subject=REFERRAL)
def close(referral: Referral) -> ResponseReturnValue:
    """Say what became of a need that one took."""
    form, draft = open_form(OutcomeForm, shown=str(referral.version))
    if accepted(form, lambda: _close(referral, form)):
        flash("C’est noté : merci. Qui a transmis ce besoin en est prévenu.", "success")
        return redirect("needs.show", need_id=referral.need_id)
    context = {
        "title": "Dire ce que cela a donné",
        "button_label": "Enregistrer",
        "radio": form.outcome,
    }
    return _answer_page(referral, form, draft, **context)


@blueprint.post("/<int:need_id>/messages")
@access(Permission.NEED_WRITE, subject=NEED)
def write(need: FirmNeed) -> ResponseReturnValue:
    """Write to whoever follows a need."""
    session, identity = db.session(), require_identity()
    form, _ = open_form(NeedMessageForm)
    if accepted(form, lambda: services.write_message(session, identity, need, form.body.data)):
        flash("Votre message est envoyé.", "success")
        return redirect("needs.show", need_id=need.id, _anchor="fil")
    # Read again: what refused the message may be what happened meanwhile.
    sheet = sheet_of(session, identity, queries.get_need(session, identity, need.id))
    page = render_template(
        "referrals/needs/need.html", sheet=sheet, message=form, draft=None,
        shown=ShownForm(formdata=None),
    )  # fmt: skip
    return page, status_of(form)


@blueprint.get("/<int:need_id>/coordonnees")
@access(Permission.NEED_CONTACT_READ, subject=NEED)
def contact(need: FirmNeed) -> ResponseReturnValue:
    """Show whom to call, and count that it was shown."""
    identity = require_identity()
    mine = next((each.id for each in need.referrals if each.expert.agent_id == identity.agent_id), None)  # fmt: skip
    known = None
    try:
        with apart(identity) as writing:
            known = services.read_contact(writing, identity, need.solicitation, referral_id=mine)
            writing.expunge(known)
    except NotFoundError:
        # Taken back, refused or erased meanwhile: the page says so rather than that it does not exist.
        known = None
    return render(
        "referrals/needs/contact.html", "referrals/needs/_contact.html", need=need, contact=known
    )


@blueprint.route("/<int:need_id>/retrait", methods=["GET", "POST"])
@access(Permission.NEED_WITHDRAW, subject=NEED)
def withdraw(need: FirmNeed) -> ResponseReturnValue:
    """Take a need back, and say why."""
    form, draft = open_form(NeedWithdrawalForm)
    if accepted(form, lambda: _withdraw(need, form)):
        flash("Le besoin est retiré : ses experts en sont prévenus.", "success")
        return redirect("needs.show", need_id=need.id)
    page = render_template("referrals/needs/withdraw.html", need=need, form=form, draft=draft)
    return page, status_of(form)


@blueprint.get("/<int:need_id>/adresser")
@access(Permission.NEED_PUT_TO, subject=NEED)
def choose(need: FirmNeed) -> ResponseReturnValue:
    """Show the experts of the subject, and why each would be proposed or not."""
    session, identity = db.session(), require_identity()
    form = ExpertSearchForm(request.args)
    words = form.q.data or ""
    page = page_of_choices(session, identity, need, words=words, cursor=request.args.get("suite"))
    lines = choices_of(session, identity, need, described(session, need), page.rows)
    return render_template(
        "referrals/needs/choose.html", need=need, form=form, lines=lines, page=page, q=words or None
    )


@blueprint.post("/<int:need_id>/adresser")
@access(Permission.NEED_PUT_TO, subject=NEED)
def put_to(need: FirmNeed) -> ResponseReturnValue:
    """Put a need to an expert whom the team chooses."""
    expert_id = number_or_none(request.form.get("expert_id")) or 0
    attempted(
        lambda: services.put_to(db.session(), require_identity(), need, expert_id),
        done=lambda referral: f"Le besoin est adressé à {referral.expert.name}.",
    )
    return redirect("needs.show", need_id=need.id)


def _answer(
    referral: Referral, state: ReferralState, shown: int | None, *, reason: DeclineReason | None = None,
    note: str | None = "",
) -> Referral:  # fmt: skip
    said = ExpertAnswer(state=state, shown=shown, reason=reason, note=note)
    return answer(db.session(), require_identity(), referral, said)


def _refuse(referral: Referral, form: RefusalForm) -> Referral:
    return _answer(
        referral, ReferralState.NOT_MINE, form.version, reason=DeclineReason(form.reason.data), note=form.note.data
    )  # fmt: skip


def _close(referral: Referral, form: OutcomeForm) -> Referral:
    return _answer(referral, ReferralState(form.outcome.data), form.version, note=form.note.data)


def _withdraw(need: FirmNeed, form: NeedWithdrawalForm) -> bool:
    services.withdraw(
        db.session(), require_identity(), [need], reason=form.reason.data, actor=Actor.AGENT
    )
    return True


def _answer_page(referral: Referral, form: ShownForm, draft: object, **context: object) -> ResponseReturnValue:  # fmt: skip
    page = render_template("referrals/needs/answer.html", referral=referral, form=form, draft=draft, **context)  # fmt: skip
    return page, status_of(form)
