"""The file of an institution."""

from datetime import date

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import NotFoundError
from app.core.journal import Event, record_apart
from app.core.now import today
from app.core.web.pace import EXPORTS, paced
from app.extensions import db
from app.referrals.quality.institutions import quarters, queries
from app.referrals.quality.institutions.exporting import exported
from app.referrals.quality.institutions.queries import KeptInstitution

blueprint = Blueprint("institution_files", __name__, url_prefix="/orientations/qualite")

INSTITUTION = Subject("kept", "institution_id", queries.get_kept)


@blueprint.get("/institutions")
@access(Permission.QUALITY_READ)
def index() -> ResponseReturnValue:
    """Show the institutions whose file somebody may take out, and its quarters."""
    return render_template(
        "referrals/quality/institutions.html",
        institutions=queries.list_offered(db.session(), require_identity()),
        quarters=quarters.offered(today()),
    )


@blueprint.get("/institutions/<int:institution_id>/<string:quarter>.xlsx")
@access(Permission.INSTITUTION_FILE_READ, subject=INSTITUTION)
@paced(EXPORTS)
def workbook(kept: KeptInstitution, quarter: str) -> ResponseReturnValue:
    """Download what was put to an institution in a quarter, and since January."""
    session, identity = db.session(), require_identity()
    try:
        asked = quarters.read(quarter)
    except NotFoundError:
        raise NotFound from None
    sent = queries.list_sent(session, kept, since=date(asked.year, 1, 1), until=asked.until)
    made = exported(identity, kept, asked, sent, today=today())
    name = f"besoins-{asked.code}.xlsx"
    record_apart(
        db.engine, identity, Event.NEEDS_EXPORTED, file=name, institution=kept.id, count=len(sent), sha256=made.sha256
    )  # fmt: skip
    return send_file(made.file, as_attachment=True, download_name=name)
