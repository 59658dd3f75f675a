"""The public pages of the guichet: no account, no script, nothing of what Vigie knows of a firm."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import public
from app.extensions import csrf
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.guichet.door.pages import Counter, serve

blueprint = Blueprint("guichet", __name__, url_prefix="/guichet")


@blueprint.route("", methods=["GET", "POST"])
@public(why="une entreprise dit son besoin sans compte ; rien de ce que Vigie sait d’elle n’est lu")
def index() -> ResponseReturnValue:
    """Say a need, in two pages."""
    return serve(Counter(address=url_for("guichet.index"), done=url_for("guichet.done")))


# Without a session there is no token of its own: the pass of the form is signed, and no identity acts.
csrf.exempt(index)


@blueprint.get("/merci")
@public(why="la même page pour toutes les demandes : elle dit qu’un courriel part")
def done() -> ResponseReturnValue:
    """Say that a request left, and what comes next."""
    return render_template("guichet/done.html", again=url_for("guichet.index"))


@blueprint.get("/communes")
@public(why="les communes de France, de la liste de l’Insee")
def communes() -> ResponseReturnValue:
    """The communes that begin as what is typed, as the options of a list; a page without them works as well."""
    found = gazetteer().suggest(request.args.get("commune", ""))
    return render_template("guichet/_communes.html", communes=found)
