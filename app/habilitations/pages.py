"""What the pages of this domain share: their blueprint, the page of a single action, that of a decision, the download of a file."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.core.access.guard import require_identity
from app.core.access.identity import Identity
from app.core.journal import Event, record_apart
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.forms import DsfrForm
from app.core.web.htmx import redirect
from app.extensions import db
from app.habilitations.forms import DecisionForm
from app.habilitations.presenters import MIME_TYPES, File, natures

Act = Callable[[Session, Identity], object]
Refusal = Callable[[Session, Identity, str], object]

#: the label and the page of the requests that wait
QUEUE = ("Demandes", "habilitations.requests_queue")

#: one for all its modules, so that the menu marks it as current
blueprint = Blueprint("habilitations", __name__)

blueprint.add_app_template_filter(natures, "natures")


def act_page(form: DsfrForm, **context: Any) -> tuple[str, int]:
    """A page that does one thing: ``title``, ``lead``, ``facts``, the form, ``submit``, and ``back`` (label, address)."""
    return render_template("habilitations/act.html", form=form, **context), status_of(form)


def decision_page(
    accepting: str, *, accept: Act, refuse: Refusal, queue: tuple[str, str] = QUEUE, **page: Any
) -> ResponseReturnValue:
    """The page where somebody accepts a request, which says what ``accepting`` does, or refuses it; then comes its ``queue``."""
    form, draft = open_form(DecisionForm)
    form.offer(accepting)
    if accepted(form, lambda: _decide(form, accept, refuse)):
        flash("Votre décision est enregistrée.", "success")
        return redirect(queue[1])
    back = (queue[0], url_for(queue[1]))
    return act_page(form, draft=draft, submit="Enregistrer la décision", back=back, **page)


def _decide(form: DecisionForm, accept: Act, refuse: Refusal) -> bool:
    session, identity = db.session(), require_identity()
    if form.decision.data == "valider":
        accept(session, identity)
    else:
        refuse(session, identity, form.reason.data)
    return True


def send(file: File, kind: str) -> Response:
    """A file as an attachment, journaled with its digest."""
    record_apart(db.engine, require_identity(), Event.AGENTS_EXPORTED, **file.trace)
    return send_file(
        BytesIO(file.content), MIME_TYPES[kind], as_attachment=True, download_name=file.name
    )
