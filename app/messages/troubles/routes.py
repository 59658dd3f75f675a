"""E-mails that do not leave: why, when each is tried again, and a button to try now."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.text.french import number_fr
from app.core.web.htmx import render
from app.extensions import db
from app.messages.troubles import presenters, queries, services

blueprint = Blueprint("mail", __name__, url_prefix="/courriels")

EMAIL = Subject("email", "email_id", queries.get_troubled)


@blueprint.get("")
@access(Permission.MAIL_MANAGE)
def index() -> ResponseReturnValue:
    """Show the e-mails that do not leave, last written first."""
    session, identity = db.session(), require_identity()
    emails = queries.page_of_troubled(session, identity, request.args.get("suite"))
    names = queries.names_of.only(session, {row.agent_id for row in emails.rows if row.agent_id})
    given_up = queries.count_given_up(session, identity)
    context: dict[str, Any] = {
        "emails": emails,
        "recipients": presenters.recipients(emails.rows, names),
        "given_up": given_up,
    }
    return render("messages/index.html", "messages/_emails.html", **context)


@blueprint.post("/<int:email_id>/renvoi")
@access(Permission.MAIL_MANAGE, subject=EMAIL)
def resend(email: Any) -> ResponseReturnValue:
    """Try one e-mail again, now."""
    return _resend(email.id)


@blueprint.post("/renvoi")
@access(Permission.MAIL_MANAGE)
def resend_all() -> ResponseReturnValue:
    """Try again, now, every e-mail that was given up."""
    return _resend(None)


def _resend(email_id: int | None) -> ResponseReturnValue:
    count = services.resend(db.session(), require_identity(), email_id)
    if count:
        told = "Un courriel est remis" if count == 1 else f"{number_fr(count)} courriels sont remis"
        flash(f"{told} dans la file d’envoi.", "success")
    else:
        flash("Aucun courriel n’est à renvoyer.", "info")
    return redirect(url_for("mail.index"), 303)
