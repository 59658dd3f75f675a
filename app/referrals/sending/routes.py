"""« Orienter » from an accompagnement: said, read again, sent; and what was sent without the consent of a firm."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from app.referrals.sending import presenters, queries, services
from app.referrals.sending.forms import (
    AgreedForm,
    OverridingForm,
    ReadAgainForm,
    SendingForm,
    sending_form,
)
from app.referrals.sending.preparing import OrientingSaid, Prepared, prepare
from app.referrals.sending.services import OutOfDateError

blueprint = Blueprint("referral_sending", __name__)

CASE = Subject("case", "case_id", get_case)
#: what a form sends besides what is typed
NOT_TYPED = {"csrf_token", sendings.FIELD}
NOTHING_LEFT = "Il n’y a plus rien à envoyer : cette orientation est déjà partie, ou son brouillon a été effacé."


@dataclass(frozen=True, kw_only=True)
class Way:
    """With the consent of the firm or without: the form, its page and the page that reads it again."""

    form: type[SendingForm]
    write: str
    send: str

    def path(self, case: Case) -> str:
        """Return the page of the form: what is typed there is kept under it."""
        return url_for(self.write, case_id=case.id)

    def again(self, case: Case) -> ResponseReturnValue:
        """Go back to the form."""
        return redirect(self.write, case_id=case.id)


AGREED = Way(form=AgreedForm, write="referral_sending.write", send="referral_sending.send")
OVERRIDING = Way(form=OverridingForm, write="referral_sending.write_overriding", send="referral_sending.send_overriding")  # fmt: skip


@blueprint.route("/accompagnements/<int:case_id>/orienter", methods=["GET", "POST"])
@access(Permission.CASE_UPDATE, subject=CASE)
def write(case: Case) -> ResponseReturnValue:
    """Say what the firm needs; nothing is sent before it is read again."""
    return _written(case, AGREED)


@blueprint.route("/accompagnements/<int:case_id>/orienter/relecture", methods=["GET", "POST"])
@access(Permission.CASE_UPDATE, subject=CASE)
def send(case: Case) -> ResponseReturnValue:
    """Show word for word what would be sent, to whom and why; send it as it was read."""
    return _read_again(case, AGREED)


@blueprint.route("/accompagnements/<int:case_id>/orienter/sans-accord", methods=["GET", "POST"])
@access(Permission.CONSENT_OVERRIDE, subject=CASE)
def write_overriding(case: Case) -> ResponseReturnValue:
    """Say what the firm needs and why nobody there agreed."""
    return _written(case, OVERRIDING)


@blueprint.route("/accompagnements/<int:case_id>/orienter/sans-accord/relecture", methods=["GET", "POST"])  # fmt: skip
@access(Permission.CONSENT_OVERRIDE, subject=CASE)
def send_overriding(case: Case) -> ResponseReturnValue:
    """Show what would be sent without the consent of the firm; send it as it was read."""
    return _read_again(case, OVERRIDING)


@blueprint.get("/orientations/sans-accord")
@access(Permission.CONSENT_OVERRIDES_READ)
def overrides() -> ResponseReturnValue:
    """What was sent without the consent of the firm, by whom and why, for those who control it."""
    identity = require_identity()
    found = queries.slice_of_overrides(db.session(), identity, request.args.get("suite"))
    record_apart(db.engine, identity, Event.CONSENT_OVERRIDES_READ, count=len(found.rows))
    return render_template("referrals/sending/overrides.html", found=found)


def _written(case: Case, way: Way) -> ResponseReturnValue:
    kind, subjects = _kind(case, way)
    form, draft = open_form(kind, **_proposed(case))
    if accepted(form, lambda: prepare(db.session(), require_identity(), case, form.said(subjects))):
        _keep(case, way)
        return redirect(way.send, case_id=case.id)
    themes = [each for each in form if each.name.startswith("theme_")]
    page = render_template("referrals/sending/write.html", case=case, form=form, draft=draft, themes=themes)  # fmt: skip
    return page, status_of(form)


def _read_again(case: Case, way: Way) -> ResponseReturnValue:
    draft = drafts.find(db.session(), require_identity(), form_path=way.path(case))
    if draft is None:
        flash(NOTHING_LEFT, "warning")
        return redirect("cases.detail", case_id=case.id, _anchor="orientations")
    said = _said(case, way, draft)
    if said is None:
        return way.again(case)
    form, _ = open_form(ReadAgainForm)
    try:
        if form.validate_on_submit():
            return _sent(case, way, form, said)
        prepared = prepare(db.session(), require_identity(), case, said)
        return _page(case, way, form, prepared)
    except DomainError as error:
        flash(error.message, "error")
        return way.again(case)


def _sent(case: Case, way: Way, form: ReadAgainForm, said: OrientingSaid) -> ResponseReturnValue:
    """Send what was read, or show what differs from it."""
    session, identity = db.session(), require_identity()
    try:
        services.send(session, identity, case, said, read=form.read.data)
    except OutOfDateError as error:
        changed = presenters.differences(session, identity, form.read.data, error.prepared)
        refuse(form, error)
        return _page(case, way, form, error.prepared, changed)
    drafts.discard(session, identity, form_path=way.path(case))
    flash("C’est transmis : les réponses arriveront ici.", "success")
    return redirect("cases.detail", case_id=case.id, _anchor="orientations")


def _page(
    case: Case, way: Way, form: ReadAgainForm, prepared: Prepared, changed: Sequence[str] = ()
) -> ResponseReturnValue:
    identity = require_identity()
    form.read.data = prepared.stamp
    if prepared.interlocutor_id is not None:
        record_apart(
            db.engine, identity, Event.INTERLOCUTOR_READ, siren=case.siren, interlocutor=prepared.interlocutor_id
        )  # fmt: skip
    page = render_template(
        "referrals/sending/send.html", case=case, form=form, changed=changed, back=way.path(case),
        words=presenters.words(prepared, identity),
        needs=presenters.previews(prepared), overridden=way is OVERRIDING,
    )  # fmt: skip
    return page, status_of(form)


def _kind(case: Case, way: Way) -> tuple[type[SendingForm], Sequence[ReferralSubject]]:
    session, identity = db.session(), require_identity()
    subjects = list_subjects(session, identity)
    people = list_of_firm(session, identity, case.siren)
    return sending_form(way.form, subjects, people), subjects


def _proposed(case: Case) -> dict[str, Any]:
    """What the form begins with: where the establishment is. Nothing confidential."""
    establishment = get_establishment(db.session(), require_identity(), case.siret)
    # One that was merged is what it became.
    area = gazetteer().find(establishment.commune_code or "")
    return {"commune": area_name(area.code) if area else "", "consent_on": today()}


def _keep(case: Case, way: Way) -> None:
    """Keep what was typed until it is sent: the page that shows it reads it there."""
    fields = {name: sent for name, sent in request.form.lists() if name not in NOT_TYPED}
    drafts.save(db.session(), require_identity(), form_path=way.path(case), fields=fields)


def _said(case: Case, way: Way, draft: Draft) -> OrientingSaid | None:
    """What was typed, kept since; none when it is not, or no longer, a whole form."""
    kind, subjects = _kind(case, way)
    form = kind(formdata=MultiDict(draft.fields), meta={"csrf": False})
    return form.said(subjects) if form.validate() else None
