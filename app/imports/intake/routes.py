"""What an administrator does with files and batches: upload, preview the first lines, decide."""

from flask import Blueprint, current_app, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import journal
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.text.french import datetime_fr
from app.core.web import htmx
from app.core.web.files import uploads
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.extensions import db
from app.imports import policies, presenters, queries, services
from app.imports.forms import BatchDecisionForm, SendForm
from app.imports.intake import reception
from app.imports.models import Batch
from app.imports.rows import first_rows, masking
from scoring.data.sources.registry import SOURCES

#: shared by the entire domain
blueprint = Blueprint("imports", __name__, url_prefix="/donnees")

BATCH = Subject("batch", "batch_id", queries.get_batch)


@blueprint.route("/envoi", methods=["GET", "POST"])
@uploads.takes_large_files
@access(Permission.IMPORTS_DECIDE)
def send() -> ResponseReturnValue:
    """Upload files: they are read immediately, and published only on somebody's decision."""
    form = SendForm()
    if accepted(form, lambda: _receive(form)):
        flash(
            "Les fichiers sont reçus : le lot apparaît ici dès que sa lecture commence.", "success"
        )
        return htmx.redirect("imports.index")
    limit = current_app.config["VIGIE"].upload_megabytes
    page = render_template(
        "imports/send.html", form=form, limit=limit, sources=reception.source_titles()
    )
    return page, status_of(form)


def _receive(form: SendForm) -> bool:
    session, identity = db.session(), require_identity()
    sent = [reception.Sent(name=f.filename, stream=f.stream) for f in form.files.data]
    try:
        number = reception.receive(session, sent, home=current_app.config["VIGIE"].home)
    except DomainError as error:
        raise DomainError(error.message, field="files") from error
    names = [uploads.shown_name(file.name) for file in sent]
    journal.record(session, identity, journal.Event.IMPORT_SENT, files=names, folder=number)
    defer(session, Task.IMPORTS_READ, number=number, agent_id=identity.agent_id)
    return True


@blueprint.get("/lots/<batch_id>/lignes")
@access(Permission.IMPORTS_DECIDE, subject=BATCH)
def preview(batch: Batch) -> ResponseReturnValue:
    """Show the first lines of each source of a batch, as they were parsed; they may be confidential."""
    raw = masking.raw_sources(db.session(), require_identity(), SOURCES)
    tables = first_rows.of_batch(current_app.config["VIGIE"].home, batch.id, raw=raw)
    shown = [table.source for table in tables]
    journal.record_apart(
        db.engine, require_identity(), journal.Event.IMPORT_PREVIEWED,
        batch=batch.id, sources=shown, natures=masking.natures_of(set(shown) & raw),
    )  # fmt: skip
    return render_template("imports/preview.html", batch=batch, tables=tables)


@blueprint.route(
    "/lots/<batch_id>/<any(publier, abandonner, rejouer, retirer):decision>",
    methods=["GET", "POST"],
)
@access(Permission.IMPORTS_DECIDE, subject=BATCH)
def decide(batch: Batch, decision: str) -> ResponseReturnValue:
    """Decide what becomes of a batch, with a reason; a worker carries it out."""
    act = presenters.ACTS[decision]
    form, _ = open_form(BatchDecisionForm)
    if accepted(form, lambda: _decide(batch, act, form)):
        flash(act.confirmation, "success")
        return htmx.redirect("imports.batch", batch_id=batch.id)
    page = render_template(
        "imports/decide.html",
        batch=batch,
        act=act,
        form=form,
        is_possible=act.kind in policies.possible_decisions(batch),
        title=f"{act.title} du {datetime_fr(batch.started_at)}",
        back=url_for("imports.batch", batch_id=batch.id),
    )
    return page, status_of(form)


def _decide(batch: Batch, act: presenters.DecisionAction, form: BatchDecisionForm) -> bool:
    services.ask_decision(
        db.session(), require_identity(), batch,
        kind=act.kind, reason=str(form.reason.data), is_deferred=True,
    )  # fmt: skip
    return True
