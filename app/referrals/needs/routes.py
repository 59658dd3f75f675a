"""The needs that whoever asks answers, sent, or follows."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.extensions import db
from app.referrals.needs import queries
from app.referrals.needs.models import FirmNeed

blueprint = Blueprint("needs", __name__, url_prefix="/orientations")

NEED = Subject("need", "need_id", queries.get_need)


@blueprint.get("")
@access(Permission.NEED_READ)
def index() -> ResponseReturnValue:
    """Show the needs, the latest first."""
    found = queries.slice_of_needs(db.session(), require_identity(), request.args.get("suite"))
    return render_template("referrals/needs/index.html", needs=found)


@blueprint.get("/<int:need_id>")
@access(Permission.NEED_READ, subject=NEED)
def show(need: FirmNeed) -> ResponseReturnValue:
    """Show a need, to whom it is put and what each answered."""
    return render_template("referrals/needs/need.html", need=need)
