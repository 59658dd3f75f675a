"""What the palette offers while one types."""

from typing import cast

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import GuardedFlask, access, require_identity
from app.core.access.permissions import Permission, permits
from app.core.web.htmx import wants_fragment
from app.core.web.pace import SEARCHES, paced
from app.extensions import db
from app.portal.palette.choices import choices
from app.search.queries import suggested
from app.search.question import understand
from app.search.services import JOURNALED, record_suggestions

blueprint = Blueprint("palette", __name__)


@blueprint.get("/palette")
@access(Permission.HOME_READ)
@paced(SEARCHES)
def options() -> ResponseReturnValue:
    """Name firms, views, lists, pages and actions for what is typed; outside of the palette, the search says more."""
    session, identity, typed = db.session(), require_identity(), request.args.get("q", "")
    searches = permits(identity, Permission.SEARCH_USE)
    if not wants_fragment():
        where = url_for("search.results", q=typed) if searches else url_for("portal.home")
        return redirect(where, 303)
    query = understand(typed)
    firms = suggested(session, identity, query) if searches else None
    if firms is not None:
        record_suggestions(identity, query.text[:JOURNALED], len(firms))
    policy_of = cast(GuardedFlask, current_app).policy_of
    offered = choices(
        session, identity, query.text, firms=firms or (), searches=searches, policy_of=policy_of
    )
    return render_template("portal/palette/_options.html", choices=offered)
