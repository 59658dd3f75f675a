"""The file of a person: asked for, then taken by whoever treats the request."""

from io import BytesIO

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.form_pages import attempted
from app.core.web.htmx import redirect
from app.extensions import db
from app.records.persons.files import queries, services
from app.records.persons.models import PersonRequest
from app.records.persons.routes import REQUEST

blueprint = Blueprint("person_files", __name__, url_prefix="/demandes-personnes/<int:person_request_id>/dossier")  # fmt: skip


@blueprint.post("")
@access(Permission.PERSON_REQUEST_TREAT, subject=REQUEST)
def ask(person_request: PersonRequest) -> ResponseReturnValue:
    """Ask for the file."""
    attempted(
        lambda: services.ask(db.session(), require_identity(), person_request),
        done=lambda _: "Le dossier se fait en arrière-plan : rechargez cette page dans une minute.",
    )
    return redirect("person_findings.index", person_request_id=person_request.id)


@blueprint.get("/<int:person_file_id>")
@access(Permission.PERSON_REQUEST_TREAT, subject=REQUEST)
def download(person_request: PersonRequest, person_file_id: int) -> ResponseReturnValue:
    """Take the file, while it is kept; journaled."""
    identity = require_identity()
    file = queries.get_file(db.session(), identity, person_request, person_file_id)
    record_apart(
        db.engine, identity, Event.PERSON_FILE_DOWNLOADED,
        person_request=person_request.id, person_file=file.id, sha256=file.sha256,
    )  # fmt: skip
    return send_file(
        BytesIO(file.content or b""), mimetype="application/octet-stream", as_attachment=True,
        download_name=f"vigie-demande-{person_request.id}.zip",
    )  # fmt: skip
