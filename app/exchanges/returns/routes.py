"""Files of accompagnements that come back: sent, compared, applied."""

from io import BytesIO
from typing import Any

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.text.french import counted_fr
from app.core.web.files import lines as sheets
from app.core.web.form_pages import accepted, attempted, status_of
from app.core.web.htmx import redirect
from app.core.web.pace import EXPORTS, paced
from app.exchanges.files.columns import FIELDS
from app.exchanges.returns import queries, services
from app.exchanges.returns.forms import CaseFileForm
from app.exchanges.returns.models import CaseImport
from app.extensions import db

blueprint = Blueprint("case_returns", __name__)

IMPORT = Subject("kept", "import_id", queries.get_import)
#: refused cells that the page names
SHOWN = 200


@blueprint.route("/accompagnements/fichiers", methods=["GET", "POST"])
@access(Permission.PORTFOLIO_IMPORT)
def index() -> ResponseReturnValue:
    """Offer the files of accompagnements, and take one that comes back: it is compared before anything is done."""
    session, identity = db.session(), require_identity()
    form = CaseFileForm()
    kept = accepted(form, lambda: _keep(form))
    if kept is not None:
        return redirect("case_returns.show", import_id=kept.id)
    context = {"imports": queries.list_imports(session, identity), "fields": FIELDS}
    return render_template("exchanges/index.html", form=form, **context), status_of(form)


@blueprint.get("/accompagnements/fichiers/<int:import_id>")
@access(Permission.PORTFOLIO_IMPORT, subject=IMPORT)
def show(kept: CaseImport) -> ResponseReturnValue:
    """Show what a file would change, field by field, or what it changed."""
    identity = require_identity()
    compared = None if kept.applied_at else services.examine(db.session(), identity, kept)
    if compared is not None:
        trace: dict[str, Any] = {
            "case_import": kept.id,
            "count": compared.count,
            "sirens": compared.sirens,
        }
        record_apart(db.engine, identity, Event.PORTFOLIO_COMPARED, **trace)
    return render_template("exchanges/import.html", kept=kept, compared=compared, most=SHOWN)


@blueprint.post("/accompagnements/fichiers/<int:import_id>")
@access(Permission.PORTFOLIO_IMPORT, subject=IMPORT)
def apply(kept: CaseImport) -> ResponseReturnValue:
    """Apply a file as it was read."""
    read, overwritten = request.form.get("lu", ""), set(request.form.getlist("ecraser"))
    attempted(
        lambda: services.apply(
            db.session(), require_identity(), kept, read=read, overwritten=overwritten
        ),
        done=lambda count: (
            f"Le fichier est appliqué : {counted_fr(count, 'champ')} dans l’historique."
        ),
    )
    return redirect("case_returns.show", import_id=kept.id)


@blueprint.get("/accompagnements/fichiers/<int:import_id>/original")
@access(Permission.PORTFOLIO_IMPORT, subject=IMPORT)
@paced(EXPORTS)
def original(kept: CaseImport) -> ResponseReturnValue:
    """Download a file as it was sent."""
    record_apart(db.engine, require_identity(), Event.PORTFOLIO_EXPORTED, case_import=kept.id)
    return send_file(BytesIO(kept.content), as_attachment=True, download_name=kept.name)


def _keep(form: CaseFileForm) -> CaseImport:
    upload = form.file.data
    content = upload.read(sheets.MAX_BYTES + 1)
    return services.keep(
        db.session(), require_identity(), content=content, name=upload.filename or ""
    )
