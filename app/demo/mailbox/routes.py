"""The page of the e-mails: in a demonstration alone, for this machine alone."""

from ipaddress import ip_address

from flask import Blueprint, Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import public
from app.core.errors import NotFoundError
from app.demo.mailbox.letters import latest
from config import Config

PATH = "/demonstration/courriels"
blueprint = Blueprint("demo_mailbox", __name__)


def show_letters(app: Flask) -> None:
    """Register the page, in a demonstration: settings refuse one in production."""
    config: Config = app.config["VIGIE"]
    if config.demo:
        app.register_blueprint(blueprint)


@blueprint.get(PATH)
@public(why="whoever plays with the demonstration reads what it sends; nobody else reaches it")
def index() -> ResponseReturnValue:
    """Show the latest e-mails of the demonstration, to this machine."""
    if not ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - nobody
        raise NotFoundError
    config: Config = current_app.config["VIGIE"]
    return render_template("demo/letters.html", letters=latest(config.home / "mail"))
