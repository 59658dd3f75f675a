"""What agents reply to alerts, for data scientists."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import access, require_identity
from app.core.access.identity import Nature
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.htmx import render
from app.detections.answers.presenters import is_over, said_of
from app.detections.lists.queries import list_lists
from app.extensions import db
from app.openlab.replies import presenters, queries
from app.openlab.replies.forms import ReplyFilterForm

blueprint = Blueprint("replies", __name__, url_prefix="/openlab")


@blueprint.get("/reponses")
@access(Permission.OPENLAB_REPLIES)
def index() -> ResponseReturnValue:
    """Show how many replies of each kind there are, and those that the reader may read."""
    session, identity = db.session(), require_identity()
    form = ReplyFilterForm(request.args)
    form.offer(list_lists(session))
    valid = form.validate()
    wanted = form.wanted() if valid else queries.ReplyFilter()
    found = queries.page_of_replies(session, identity, wanted, request.args.get("suite"))
    sirens = sorted({company.siren for _, company in found.rows})
    filters = form.in_force if valid else {}
    record_apart(
        db.engine, identity, Event.OPENLAB_REPLIES_READ, filters=filters, sirens=sirens, **found.trace
    )  # fmt: skip
    return render(
        "openlab/replies.html", "openlab/_replies.html", status=200 if valid else 422, form=form, filters=filters,
        counts=presenters.counts(queries.count_replies(session, wanted)), fewest=queries.FEWEST,
        replies=found, said_of=said_of, is_over=is_over, reads_score=Nature.SCORE in identity.natures,
        is_of_text=bool(wanted.said or wanted.theme),
    )  # fmt: skip
