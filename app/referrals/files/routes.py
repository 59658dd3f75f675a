"""The directory in a file: taken out, sent back, looked at, applied."""

from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.identity import Role
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.text.french import counted_fr
from app.core.web.files import lines as sheets
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import number_or_none
from app.core.web.htmx import redirect
from app.core.web.pace import EXPORTS, paced
from app.extensions import db
from app.referrals.directory import queries as entries
from app.referrals.files import queries, services
from app.referrals.files.columns import FIELDS
from app.referrals.files.exporting import exported
from app.referrals.files.forms import DirectoryFileForm
from app.referrals.files.models import DirectoryFile
from app.referrals.files.trying import tried
from app.referrals.routing.presenters import simulated

blueprint = Blueprint("directory_files", __name__)

FILE = Subject("kept", "directory_file_id", queries.get_file)
#: lines of each kind that the page shows
MOST_SHOWN = 200


@blueprint.route("/annuaire/fichiers", methods=["GET", "POST"])
@access(Permission.DIRECTORY_IMPORT)
def index() -> ResponseReturnValue:
    """Offer the directory as a file, and take one that comes back: it is compared before anything is done."""
    form, _ = open_form(DirectoryFileForm)
    kept = accepted(form, lambda: _keep(form))
    if kept is not None:
        return redirect("directory_files.show", directory_file_id=kept.id)
    files = queries.list_files(db.session(), require_identity())
    page = render_template("referrals/files/index.html", form=form, files=files, fields=FIELDS)
    return page, status_of(form)


@blueprint.get("/annuaire/export.xlsx")
@access(Permission.DIRECTORY_IMPORT)
@paced(EXPORTS)
def export() -> ResponseReturnValue:
    """Download the experts of the antennes that somebody keeps; all of them for an administrator."""
    session, identity = db.session(), require_identity()
    kept = None if identity.has_role(Role.ADMINISTRATEUR) else sorted(entries.list_kept_ids(session, identity))  # fmt: skip
    made, count = exported(session, identity, entries.list_entries(session, identity, kept))
    record_apart(
        db.engine, identity, Event.DIRECTORY_EXPORTED, file="annuaire.xlsx", count=count, sha256=made.sha256
    )  # fmt: skip
    return send_file(made.file, as_attachment=True, download_name="annuaire.xlsx")


@blueprint.get("/annuaire/fichiers/<int:directory_file_id>")
@access(Permission.DIRECTORY_IMPORT, subject=FILE)
def show(kept: DirectoryFile) -> ResponseReturnValue:
    """Show what a file would do, and to needs, or what it did."""
    session, identity = db.session(), require_identity()
    compared = None if kept.applied_at else services.examine(session, identity, kept)
    simulation, sentence = None, ""
    if compared is not None and not compared.refused and (compared.added or compared.changed or compared.missing):  # fmt: skip
        needs, simulation = tried(session, identity, compared)
        sentence = simulated(needs, simulation)
    return render_template(
        "referrals/files/show.html",
        kept=kept,
        compared=compared,
        simulation=simulation,
        sentence=sentence,
        most=MOST_SHOWN,
    )


@blueprint.post("/annuaire/fichiers/<int:directory_file_id>")
@access(Permission.DIRECTORY_IMPORT, subject=FILE)
def apply(kept: DirectoryFile) -> ResponseReturnValue:
    """Apply a file as it was read."""
    ticked = {number_or_none(each) or 0 for each in request.form.getlist("ecraser")}
    read = request.form.get("lu", "")
    archived = number_or_none(request.form.get("archiver")) or 0
    attempted(
        lambda: services.apply(
            db.session(), require_identity(), kept, read=read, overwritten=ticked, archived=archived
        ),
        done=lambda count: f"Le fichier est appliqué : {counted_fr(count, 'fiche')}.",
    )
    return redirect("directory_files.show", directory_file_id=kept.id)


@blueprint.get("/annuaire/fichiers/<int:directory_file_id>/original")
@access(Permission.DIRECTORY_IMPORT, subject=FILE)
@paced(EXPORTS)
def original(kept: DirectoryFile) -> ResponseReturnValue:
    """Download a file as it was sent."""
    record_apart(db.engine, require_identity(), Event.DIRECTORY_EXPORTED, directory_file=kept.id)
    return send_file(BytesIO(kept.content), as_attachment=True, download_name=kept.name)


def _keep(form: DirectoryFileForm) -> DirectoryFile:
    content = form.file.data.read(sheets.MAX_BYTES + 1)
    return services.keep(
        db.session(), require_identity(),
        content=content, name=form.file.data.filename or "", is_complete=form.is_complete.data,
    )  # fmt: skip
