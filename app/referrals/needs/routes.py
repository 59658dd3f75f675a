"""The needs that whoever asks answers, sent, or follows: their lists, and the page of one."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import open_form
from app.core.web.forms import asked_of
from app.extensions import db
from app.messages import bell
from app.referrals.directory.queries import list_all_subjects
from app.referrals.needs import queries
from app.referrals.needs.inbox import presenters as inboxes
from app.referrals.needs.inbox.forms import NeedFilterForm
from app.referrals.needs.inbox.queries import NeedFilter
from app.referrals.needs.models import FirmNeed
from app.referrals.needs.sheet.forms import NeedMessageForm, ShownForm
from app.referrals.needs.sheet.presenters import sheet_of

blueprint = Blueprint("needs", __name__, url_prefix="/orientations")

NEED = Subject("need", "need_id", queries.get_need)


@blueprint.get("")
@access(Permission.NEED_READ)
def index() -> ResponseReturnValue:
    """Show what to do first, then the needs of a tab, filtered."""
    session, identity = db.session(), require_identity()
    form = NeedFilterForm(request.args)
    form.offer(list_all_subjects(session, identity))
    is_valid = form.validate()
    wanted = form.wanted() if is_valid else NeedFilter()
    inbox = inboxes.inbox_of(
        session, identity, request.args.get("vue", ""), wanted, request.args.get("suite")
    )
    filters = asked_of(form)
    context = {"form": form, "inbox": inbox, "filters": filters, "is_filtered": wanted != NeedFilter()}  # fmt: skip
    return render_template("referrals/needs/index.html", **context), 200 if is_valid else 422


@blueprint.get("/<int:need_id>")
@access(Permission.NEED_READ, subject=NEED)
def show(need: FirmNeed) -> ResponseReturnValue:
    """Show a need: to whom it is put and why, what each answered, what they say to one another."""
    session, identity = db.session(), require_identity()
    bell.mark_opened(session, identity, request.path)
    message, draft = open_form(NeedMessageForm, path=url_for("need_sheet.write", need_id=need.id))
    return render_template(
        "referrals/needs/need.html",
        sheet=sheet_of(session, identity, need), message=message, draft=draft, shown=ShownForm(formdata=None),
    )  # fmt: skip
