"""Files joined to comments; reading a file, and taking it off, whatever text it is joined to."""

from io import BytesIO

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.form_pages import attempted
from app.core.web.htmx import redirect
from app.extensions import db
from app.network.attachments import queries, services, uploading
from app.network.attachments.services import JoinedText
from app.network.models import COMMENT_SUBJECT, Attachment, Comment
from app.network.presenters import audience_of, comment_path
from app.network.queries import get_comment

blueprint = Blueprint("attachments", __name__)

COMMENT = Subject("comment", "comment_id", get_comment)
ATTACHMENT = Subject("attachment", "attachment_id", queries.get_attachment)


@blueprint.route("/commentaires/<int:comment_id>/fichier", methods=["GET", "POST"])
@access(Permission.COMMENT_EDIT, subject=COMMENT)
def join_to_comment(comment: Comment) -> ResponseReturnValue:
    """Join a file to my comment, or another version of it."""
    text = JoinedText(
        siren=comment.siren,
        departments=comment.departments,
        network_id=comment.network_id,
        author_id=comment.author_id,
        subject=(COMMENT_SUBJECT, comment.id),
        comment_id=comment.id,
    )
    back = comment_path(comment.siren, comment.id)
    return uploading.joining(text, audience=audience_of(comment), back=back)


@blueprint.get("/fichiers/<int:attachment_id>")
@access(Permission.ATTACHMENT_READ, subject=ATTACHMENT)
def read(attachment: Attachment) -> ResponseReturnValue:
    """Download a file: a browser never shows it in our pages."""
    content = queries.content_of(db.session(), attachment)
    trace = {"attachment": attachment.id, "sha256": attachment.sha256}
    identity, event = require_identity(), Event.ATTACHMENT_READ
    record_apart(db.engine, identity, event, siren=attachment.siren, **trace)
    return send_file(
        BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=attachment.name,
    )


@blueprint.post("/fichiers/<int:attachment_id>/retrait")
@access(Permission.ATTACHMENT_REMOVE, subject=ATTACHMENT)
def remove(attachment: Attachment) -> ResponseReturnValue:
    """Take my file off."""
    attempted(
        lambda: services.remove(db.session(), require_identity(), attachment),
        done=lambda _: "Le fichier est retiré.",
    )
    if attachment.visit_id is not None:
        return redirect("visits.detail", visit_id=attachment.visit_id)
    return redirect("comments.index", siren=attachment.siren)
