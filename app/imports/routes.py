"""Where the data come from: freshness, batches, refused files and lines."""

import hashlib
from typing import IO

from flask import Blueprint, current_app, flash, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.core import htmx, journal
from app.core.access import Subject, access, require_identity
from app.core.formats import date_fr
from app.core.jobs import defer
from app.core.now import today
from app.core.permissions import Permission
from app.core.throttle import EXPORTS, paced
from app.extensions import db
from app.imports import jobs, presenters, queries
from app.imports.models import Batch

blueprint = Blueprint("imports", __name__, url_prefix="/donnees")

BATCH = Subject("batch", "batch_id", queries.get_batch)
MIME_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("")
@access(Permission.IMPORTS_READ)
def index() -> ResponseReturnValue:
    """How fresh each source is, and the batches received."""
    session, identity = db.session(), require_identity()
    cursor = request.args.get("suite")
    batches = queries.page_of_batches(session, identity, cursor=cursor)
    return htmx.render(
        "imports/index.html",
        "imports/_batches.html",
        batches=batches,
        cursor=cursor,
        is_loading=presenters.is_loading(batches.rows),
        freshness=queries.list_freshness(session),
        waiting=presenters.waiting_files(jobs.drop_folder(current_app.config["VIGIE"].home)),
    )


@blueprint.post("/lots")
@access(Permission.IMPORTS_MANAGE)
def start() -> ResponseReturnValue:
    """Ask for the import of the drop folder."""
    session, identity = db.session(), require_identity()
    journal.record(session, identity, journal.Event.IMPORT_ASKED)
    defer(session, jobs.load, agent_id=identity.agent_id)
    flash("L’import est demandé : il apparaît ici dès qu’il commence.", "success")
    return htmx.redirect("imports.index")


@blueprint.get("/lots/<batch_id>")
@access(Permission.IMPORTS_READ, subject=BATCH)
def batch(batch: Batch) -> ResponseReturnValue:
    """What became of each file of a batch."""
    return render_template("imports/batch.html", batch=batch)


@blueprint.get("/lots/<batch_id>/rejets.<any(csv, xlsx):kind>")
@access(Permission.IMPORTS_MANAGE, subject=BATCH)
@paced(EXPORTS)
def rejects(batch: Batch, kind: str) -> ResponseReturnValue:
    """The refused lines of a batch, as a file."""
    from app.imports import rejects as refused  # noqa: PLC0415 - reads the lake

    lines = refused.rows(current_app.config["VIGIE"].home, batch.id)
    if kind == "csv":
        file = refused.as_csv(lines)
    else:
        mark = f"Extrait de Vigie par {require_identity().signature} le {date_fr(today())}"
        file = refused.as_xlsx(lines, batch_id=batch.id, watermark=mark)
    journal.record_apart(
        db.engine, require_identity(), journal.Event.IMPORT_REJECTS_DOWNLOADED,
        batch=batch.id, kind=kind, columns=list(refused.COLUMNS),
        count=sum(received.rejected for received in batch.files), sha256=_digest(file),
    )  # fmt: skip
    name = f"vigie-rejets-{batch.id}.{kind}"
    return send_file(file, MIME_TYPES[kind], as_attachment=True, download_name=name)


def _digest(file: IO[bytes]) -> str:
    """The SHA-256 of a file, which is left at its beginning."""
    found = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return found


@blueprint.app_template_global()
def batches_url(cursor: str | None = None) -> str:
    """The address of a page of batches."""
    return url_for("imports.index", suite=cursor)
