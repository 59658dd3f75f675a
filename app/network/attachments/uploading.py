"""The page that joins a file to a text: of a comment, or of the note of a visit."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app.core.access.guard import require_identity
from app.core.web.form_pages import accepted, status_of
from app.extensions import db
from app.network.attachments import queries, services
from app.network.attachments.forms import AttachmentForm
from app.network.attachments.services import LARGEST, JoinedText
from app.network.models import Attachment


def joining(text: JoinedText, *, audience: str, back: str) -> ResponseReturnValue:
    """Show the form that joins a file to a text whose readers are ``audience``, or join it and go ``back``."""
    form = AttachmentForm()
    joined = accepted(form, lambda: _join(text, form))
    if joined is not None:
        flash(f"« {joined.name} » est joint.", "success")
        return redirect(back, 303)
    current = queries.find_last(db.session(), text.is_its)
    context = {"current": current, "audience": audience, "back": back, "here": request.path}
    page = render_template("network/attachments/join.html", form=form, **context)
    return page, status_of(form)


def _join(text: JoinedText, form: AttachmentForm) -> Attachment:
    upload = form.file.data
    content = upload.read(LARGEST + 1)
    return services.join(
        db.session(), require_identity(), text, content=content, name=upload.filename or ""
    )
