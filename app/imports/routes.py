"""Where data come from: freshness, batches, refused files and lines."""

import hashlib
from collections.abc import Collection, Iterable
from typing import IO, Any

from flask import current_app, flash, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.core import journal
from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission, permits
from app.core.errors import NotFoundError
from app.core.now import today
from app.core.text.french import date_fr
from app.core.web import htmx
from app.core.web.pace import EXPORTS, paced
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.extensions import db
from app.imports import policies, presenters, queries
from app.imports.intake import drop_folder
from app.imports.intake.routes import BATCH, blueprint
from app.imports.models import Batch, BatchFile
from app.imports.rows import masking
from app.imports.rows import rejects as refused
from scoring.data.sources.registry import SOURCES, returned_as

MIME_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("")
@access(Permission.IMPORTS_READ)
def index() -> ResponseReturnValue:
    """Show the freshness of each source, what to do next, and the batches received."""
    session, identity = db.session(), require_identity()
    cursor = request.args.get("suite")
    batches = queries.page_of_batches(session, identity, cursor=cursor)
    part = request.headers.get("HX-Target", "lots")
    is_moving = presenters.is_moving(batches.rows) or queries.is_asked(session)
    if part == "suite" and not is_moving:
        return htmx.refresh()
    context = _handling() if permits(identity, Permission.IMPORTS_MANAGE) else {}
    context |= {"batches": batches, "cursor": cursor, "is_moving": is_moving}
    context["freshness"] = queries.list_freshness(session)
    context["coverages"] = presenters.coverages(queries.list_coverage(session))
    fragment = "imports/_next.html" if part == "suite" else "imports/_batches.html"
    return htmx.render("imports/index.html", fragment, **context)


def _handling() -> dict[str, Any]:
    """Return what data handlers also see: the drop folder, and what to do next."""
    session = db.session()
    dropped, memory = drop_folder.describe(current_app.config["VIGIE"].home)
    action = presenters.next_action(
        waiting=queries.list_waiting_batches(session),
        last=queries.find_last_batch(session),
        ready=drop_folder.waiting_names(dropped),
        has_data=bool(queries.list_freshness(session)),
    )
    return {"dropped": dropped, "memory": memory, "action": action}


@blueprint.post("/lots")
@access(Permission.IMPORTS_MANAGE)
def start() -> ResponseReturnValue:
    """Request the import of the drop folder."""
    session, identity = db.session(), require_identity()
    journal.record(session, identity, journal.Event.IMPORT_ASKED)
    defer(session, Task.IMPORTS_LOAD, agent_id=identity.agent_id)
    flash("L’import est demandé : il apparaît ici dès qu’il commence.", "success")
    return htmx.redirect("imports.index")


@blueprint.get("/lots/<batch_id>")
@access(Permission.IMPORTS_READ, subject=BATCH)
def batch(batch: Batch) -> ResponseReturnValue:
    """Show what became of each file of a batch, how it compares, and what was decided."""
    is_moving = presenters.is_moving([batch])
    if htmx.wants_fragment() and not is_moving:
        return htmx.refresh()
    possible = () if batch.open_decision else policies.possible_decisions(batch)
    acts = [(slug, act) for slug, act in presenters.ACTS.items() if act.kind in possible]
    page, fragment = "imports/batch.html", "imports/_progress.html"
    raw = masking.raw_sources(db.session(), require_identity(), SOURCES)
    return htmx.render(page, fragment, batch=batch, acts=acts, is_moving=is_moving, raw=raw)


@blueprint.get("/lots/<batch_id>/rejets.<any(csv, xlsx):kind>")
@access(Permission.IMPORTS_MANAGE, subject=BATCH)
@paced(EXPORTS)
def rejects(batch: Batch, kind: str) -> ResponseReturnValue:
    """Download the refused lines of a batch; those of one file (``?fichier=``) with its columns, to be corrected."""
    raw = masking.raw_sources(db.session(), require_identity(), SOURCES)
    number = request.args.get("fichier", type=int)
    if number is None:
        given, file = _refused(batch), _every_line(batch, kind, raw)
        name = f"vigie-rejets-{batch.id}.{kind}"
    else:
        given = [_to_correct(batch, number, raw, kind=kind)]
        file, name = _given_back(batch, given[0]), returned_as(given[0].name)
    journal.record_apart(
        db.engine, require_identity(), journal.Event.IMPORT_REJECTS_DOWNLOADED,
        batch=batch.id, kind=kind, columns=list(refused.COLUMNS), natures=_natures(given, raw),
        file=name, count=sum(one.rejected for one in given), sha256=_digest(file),
    )  # fmt: skip
    return send_file(file, MIME_TYPES[kind], as_attachment=True, download_name=name)


def _refused(batch: Batch) -> list[BatchFile]:
    return [received for received in batch.files if received.rejected]


def _to_correct(batch: Batch, number: int, raw: Collection[str], *, kind: str) -> BatchFile:
    """Return the file whose refused lines are given back as they are; raise `NotFoundError` to whoever may not read them."""
    readable = (one for one in _refused(batch) if str(one.source) in raw and kind == "csv")
    received = next((one for one in readable if one.id == number), None)
    if received is None:
        raise NotFoundError
    return received


def _given_back(batch: Batch, received: BatchFile) -> IO[bytes]:
    home = current_app.config["VIGIE"].home
    return refused.given_back(home, batch.id, source=str(received.source), sha256=received.sha256)


def _every_line(batch: Batch, kind: str, raw: Collection[str]) -> IO[bytes]:
    lines = refused.rows(current_app.config["VIGIE"].home, batch.id, raw=raw)
    if kind == "csv":
        return refused.as_csv(lines)
    mark = f"Extrait de Vigie par {require_identity().signature} le {date_fr(today())}"
    return refused.as_xlsx(lines, batch_id=batch.id, watermark=mark)


def _natures(given: Iterable[BatchFile], raw: Collection[str]) -> list[str]:
    """Return the natures of what was refused and is given as it was written."""
    return masking.natures_of({str(received.source) for received in given} & set(raw))


def _digest(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file, which is rewound."""
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return digest


@blueprint.app_template_global()
def batches_url(cursor: str | None = None) -> str:
    """Return the URL of a page of batches."""
    return url_for("imports.index", suite=cursor)
