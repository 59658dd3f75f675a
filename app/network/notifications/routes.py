"""Notifications and their settings, and the drafts of all forms."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import MailPace
from app.accounts.queries import find_agent
from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError, NotFoundError
from app.core.journal import Event, record_apart
from app.core.web import drafts
from app.core.web.answers import UNSAVED_FIELDS
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.forms import number_or_none
from app.core.web.htmx import render
from app.extensions import db
from app.messages import bell
from app.messages.models import NoticeKind
from app.network import services
from app.network.forms import EmailsForm
from app.network.notifications import preferences, presenters, queries

blueprint = Blueprint("notifications", __name__)

MAX_PATH = 300
#: beyond, the bell says « 99+ »
MOST_TOLD = 100


@blueprint.route("/notifications", methods=["GET", "POST"])
@access(Permission.NOTIFICATION_OWN)
def index() -> ResponseReturnValue:
    """Show my notifications; posting a number marks that one as read, posting none marks them all."""
    identity, session = require_identity(), db.session()
    if request.method == "POST":
        number = number_or_none(request.form.get("notification_id", ""))
        if "announcement_id" in request.form:
            announcement_id = number_or_none(request.form["announcement_id"])
            if announcement_id is not None:
                bell.mark_read(session, identity, announcement_id=announcement_id)
        elif number is not None or "notification_id" not in request.form:
            services.mark_read(session, identity, notification_id=number)
        return redirect(url_for("notifications.index"), 303)
    asked = request.args.get("type", "")
    kind = NoticeKind(asked) if asked in set(NoticeKind) else None
    context = presenters.of_bell(session, identity, request.args.get("suite"), kind)
    record_apart(db.engine, identity, Event.NOTIFICATIONS_READ, count=len(context["lines"]))
    return render("network/notifications.html", "network/_notifications.html", **context)


@blueprint.get("/notifications/compteur")
# A number and nothing else: every page asks for it, even before the commitment is signed.
@access(Permission.ACCOUNT_OWN)
def counter() -> ResponseReturnValue:
    """Return how many notifications wait for me; 304 when nothing changed."""
    identity = require_identity()
    count = queries.count_unread(db.session(), identity, bound=MOST_TOLD)
    response = make_response(render_template("network/_counter.html", count=count))
    response.set_etag(f"{identity.agent_id}-{count}")
    return response.make_conditional(request)


@blueprint.route("/compte/notifications", methods=["GET", "POST"])
@access(Permission.ACCOUNT_OWN)
def settings() -> ResponseReturnValue:
    """Choose which e-mails I receive."""
    identity, session = require_identity(), db.session()
    agent = find_agent(session, identity.agent_id)
    if agent is None:
        raise NotFoundError
    present: dict[str, Any] = {
        "mail_pace": agent.mail_pace.value,
        "wants_at_once": agent.wants_at_once,
    }
    form, _ = open_form(EmailsForm, **present)
    if accepted(form, lambda: _choose(form)):
        flash("Votre choix est enregistré.", "success")
        return redirect(url_for("notifications.settings"), 303)
    return render_template("network/settings.html", form=form), status_of(form)


@blueprint.post("/brouillons")
@access(Permission.ACCOUNT_OWN)
def save_draft() -> ResponseReturnValue:
    """Save what is being typed in the form at ``formulaire``; 204, or 422 when it cannot be saved."""
    path = form_path(request.args.get("formulaire", ""))
    fields = {name: sent for name, sent in request.form.lists() if name not in UNSAVED_FIELDS}
    if path is None:
        return "", 422
    try:
        drafts.save(db.session(), require_identity(), form_path=path, fields=fields)
    except DomainError:
        # The script says that nothing was saved; the text is still in the form.
        return "", 422
    return "", 204


@blueprint.route("/brouillons/effacement", methods=["GET", "POST"])
@access(Permission.ACCOUNT_OWN)
def discard_draft() -> ResponseReturnValue:
    """Delete the draft of the form at ``formulaire`` and go back to the form."""
    path = form_path(request.args.get("formulaire", ""))
    if request.method == "POST" and path is not None:
        drafts.discard(db.session(), require_identity(), form_path=path)
    return redirect(path or "/", 303)


def form_path(text: str) -> str | None:
    """Return ``text`` if it is the path of a page of this site: drafts lead nowhere else."""
    parts = urlsplit(text)
    is_path = text.startswith("/") and not text.startswith(("//", "/\\")) and parts.path == text
    return text if is_path and len(text) <= MAX_PATH and text.isprintable() else None


def _choose(form: EmailsForm) -> bool:
    pace, at_once = MailPace(form.mail_pace.data), bool(form.wants_at_once.data)
    preferences.choose(db.session(), require_identity(), pace=pace, at_once=at_once)
    return True
