"""What the pages of this domain share: their blueprint, the page of a single action, the download of a file."""

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, render_template, send_file

from app.core.access.guard import require_identity
from app.core.journal import Event, record_apart
from app.core.web.form_pages import status_of
from app.core.web.forms import DsfrForm
from app.extensions import db
from app.habilitations.presenters import MIME_TYPES, File, natures

#: one for all its modules, so that the menu marks it as current
blueprint = Blueprint("habilitations", __name__)

blueprint.add_app_template_filter(natures, "natures")


def act_page(form: DsfrForm, **context: Any) -> tuple[str, int]:
    """A page that does one thing: ``title``, ``lead``, ``facts``, the form, ``submit``, and ``back`` (label, address)."""
    return render_template("habilitations/act.html", form=form, **context), status_of(form)


def send(file: File, kind: str) -> Response:
    """A file as an attachment, journaled with its digest."""
    record_apart(db.engine, require_identity(), Event.AGENTS_EXPORTED, **file.trace)
    return send_file(
        BytesIO(file.content), MIME_TYPES[kind], as_attachment=True, download_name=file.name
    )
