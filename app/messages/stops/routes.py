"""Stopping what an e-mail told of, without signing in."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.core.access.guard import public
from app.extensions import csrf
from app.messages.stops import links, services

blueprint = Blueprint("stops", __name__)


@blueprint.route("/abonnements/arret/<token>", methods=["GET", "POST"])
@public(why="arrête ce qu’un courriel annonce : son adresse signée en décide")
def from_mail(token: str) -> ResponseReturnValue:
    """Stop what an e-mail told of, without signing in; opening the page stops nothing."""
    asked = links.read(token)
    if asked is None:
        raise NotFound
    if request.method == "POST":
        services.stop(asked)
    return render_template("messages/stop.html", token=token, told_of=services.list_running(asked))


# Whoever delivers the e-mail asks without a page: its address, which nobody guesses, is what proves that the e-mail is theirs.
csrf.exempt(from_mail)
