"""« Orienter » from an accompagnement: said, read again, sent; and what was sent without the consent of a firm."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.cases.models import Case
from app.cases.queries import get_case
from app.companies.queries import get_establishment
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.journal import Event, record_apart
from app.core.now import today
from app.core.web import drafts, sendings
from app.core.web.drafts import Draft
from app.core.web.form_pages import accepted, open_form, refuse, status_of
from app.core.web.htmx import redirect
from app.extensions import db
from app.interlocutors.queries import list_of_firm
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.directory.models import ReferralSubject
from app.referrals.directory.queries import list_subjects
from app.referrals.directory.typed import area_name
from app.referrals.needs.models import ConsentHow
from app.referrals.sending import policies, presenters, queries, services
from app.referrals.sending.forms import ReadAgainForm, SendingForm, sending_form
from app.referrals.sending.preparing import Prepared, Said, prepare
from app.referrals.sending.services import OutOfDateError

blueprint = Blueprint("referral_sending", __name__)

CASE = Subject("case", "case_id", get_case)
#: what a form sends besides what is typed
NOT_TYPED = {"csrf_token", sendings.FIELD}
NOTHING_LEFT = "Il n’y a plus rien à envoyer : cette orientation est déjà partie, ou son brouillon a été effacé."


@blueprint.route("/accompagnements/<int:case_id>/orienter", methods=["GET", "POST"])
@access(Permission.CASE_UPDATE, subject=CASE)
def write(case: Case) -> ResponseReturnValue:
    """Say what the firm needs; nothing is sent before it is read again."""
    kind, subjects = _kind(case)
    form, draft = open_form(kind, **_proposed(case))
    if accepted(form, lambda: prepare(db.session(), require_identity(), case, form.said(subjects))):
        _keep(case)
        return redirect("referral_sending.send", case_id=case.id)
    page = render_template(
        "referrals/sending/write.html", case=case, form=form, draft=draft, themes=[each for each in form if each.name.startswith("theme_")]
    )  # fmt: skip
    return page, status_of(form)


@blueprint.route("/accompagnements/<int:case_id>/orienter/relecture", methods=["GET", "POST"])
@access(Permission.CASE_UPDATE, subject=CASE)
def send(case: Case) -> ResponseReturnValue:
    """Show word for word what would be sent, to whom and why; send it as it was read."""
    draft = drafts.find(db.session(), require_identity(), form_path=_path(case))
    if draft is None:
        flash(NOTHING_LEFT, "warning")
        return redirect("cases.detail", case_id=case.id, _anchor="orientations")
    said = _said(case, draft)
    if said is None:
        return redirect("referral_sending.write", case_id=case.id)
    form, _ = open_form(ReadAgainForm)
    try:
        return _sent(case, form, said) if form.validate_on_submit() else _read(case, form, said)
    except DomainError as error:
        flash(error.message, "error")
        return redirect("referral_sending.write", case_id=case.id)


@blueprint.get("/orientations/sans-accord")
@access(Permission.CONSENT_OVERRIDES_READ)
def overrides() -> ResponseReturnValue:
    """What was sent without the consent of the firm, by whom and why, for those who control it."""
    identity = require_identity()
    found = queries.slice_of_overrides(db.session(), identity, request.args.get("suite"))
    record_apart(db.engine, identity, Event.CONSENT_OVERRIDES_READ, count=len(found.rows))
    return render_template("referrals/sending/overrides.html", found=found)


def _sent(case: Case, form: ReadAgainForm, said: Said) -> ResponseReturnValue:
    """Send what was read, or show what differs from it."""
    session, identity = db.session(), require_identity()
    try:
        services.send(session, identity, case, said, read=form.read.data)
    except OutOfDateError as error:
        changed = presenters.differences(session, identity, form.read.data, error.prepared)
        refuse(form, error)
        return _page(case, form, said, error.prepared, changed)
    drafts.discard(session, identity, form_path=_path(case))
    flash("C’est transmis : les réponses arriveront ici.", "success")
    return redirect("cases.detail", case_id=case.id, _anchor="orientations")


def _read(case: Case, form: ReadAgainForm, said: Said) -> ResponseReturnValue:
    return _page(case, form, said, prepare(db.session(), require_identity(), case, said), [])


def _page(
    case: Case, form: ReadAgainForm, said: Said, prepared: Prepared, changed: Sequence[str]
) -> ResponseReturnValue:
    identity = require_identity()
    form.read.data = prepared.stamp
    if said.interlocutor_id is not None:
        record_apart(
            db.engine, identity, Event.INTERLOCUTOR_READ, siren=case.siren, interlocutor=said.interlocutor_id
        )  # fmt: skip
    page = render_template(
        "referrals/sending/send.html", case=case, form=form, words=presenters.words(prepared, identity), changed=changed,
        needs=presenters.previews(prepared), overridden=said.consent_how is ConsentHow.OVERRIDDEN,
    )  # fmt: skip
    return page, status_of(form)


def _kind(case: Case) -> tuple[type[SendingForm], Sequence[ReferralSubject]]:
    session, identity = db.session(), require_identity()
    subjects = list_subjects(session, identity)
    people = list_of_firm(session, identity, case.siren)
    may_override = policies.may_override(identity, case)
    return sending_form(subjects, people, may_override=may_override), subjects


def _proposed(case: Case) -> dict[str, Any]:
    """What the form begins with: where the establishment is. Nothing confidential."""
    establishment = get_establishment(db.session(), require_identity(), case.siret)
    # One that was merged is what it became.
    area = gazetteer().find(establishment.commune_code or "")
    return {"commune": area_name(area.code) if area else "", "consent_on": today()}


def _keep(case: Case) -> None:
    """Keep what was typed until it is sent: the page that shows it reads it there."""
    fields = {name: sent for name, sent in request.form.lists() if name not in NOT_TYPED}
    drafts.save(db.session(), require_identity(), form_path=_path(case), fields=fields)


def _said(case: Case, draft: Draft) -> Said | None:
    """What was typed, kept since; none when it is not, or no longer, a whole form."""
    kind, subjects = _kind(case)
    form = kind(formdata=MultiDict(draft.fields), meta={"csrf": False})
    return form.said(subjects) if form.validate() else None


def _path(case: Case) -> str:
    return url_for("referral_sending.write", case_id=case.id)
