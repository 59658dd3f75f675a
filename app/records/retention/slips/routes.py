"""A slip: read, signed or refused, handed over, printed."""

from pathlib import Path

from flask import Blueprint, abort, current_app, flash, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.htmx import redirect
from app.extensions import db
from app.records.retention.objects import OBJECTS
from app.records.retention.slips import queries, services
from app.records.retention.slips.forms import GIVEN, VisaForm
from app.records.retention.slips.models import EliminationSlip, SlipState
from app.records.retention.slips.packages.building import path_of
from app.records.retention.slips.presenters import period_fr, terms_fr

blueprint = Blueprint("slips", __name__, url_prefix="/conservation/bordereaux")

SLIP = Subject("slip", "slip_id", queries.get_slip)


@blueprint.get("/<int:slip_id>")
@access(Permission.RETENTION_READ, subject=SLIP)
def show(slip: EliminationSlip) -> ResponseReturnValue:
    """Show a slip, the objects it lists, and what is to be done of it; printed by the browser."""
    session = db.session()
    return render_template(
        "records/retention/slip.html",
        slip=slip,
        state=slip.state,
        states=SlipState,
        known=OBJECTS[slip.object],
        counts=queries.count_items(session, slip),
        items=queries.slice_of_items(session, slip, request.args.get("suite")),
        terms_fr=terms_fr,
        period_fr=period_fr,
    )


@blueprint.route("/<int:slip_id>/visa", methods=["GET", "POST"])
@access(Permission.SLIP_SIGN, subject=SLIP)
def sign(slip: EliminationSlip) -> ResponseReturnValue:
    """Give the visa of the archives, or refuse it."""
    form, draft = open_form(VisaForm)
    if accepted(form, lambda: _sign(slip, form)):
        flash("Le visa est donné." if form.visa.data == GIVEN else "Le visa est refusé : rien n’est détruit.", "success")  # fmt: skip
        return redirect("slips.show", slip_id=slip.id)
    page = render_template(
        "records/retention/sign.html", slip=slip, known=OBJECTS[slip.object], form=form, draft=draft, period_fr=period_fr
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/<int:slip_id>/reception")
@access(Permission.SLIP_SIGN, subject=SLIP)
def receive(slip: EliminationSlip) -> ResponseReturnValue:
    """Say that the archives received the package: what it holds is then eliminated."""
    attempted(
        lambda: services.receive(db.session(), require_identity(), slip),
        done=lambda _: "La réception est notée : l’élimination commence.",
    )
    return redirect("slips.show", slip_id=slip.id)


@blueprint.get("/<int:slip_id>/versement")
@access(Permission.SLIP_SIGN, subject=SLIP)
def package(slip: EliminationSlip) -> ResponseReturnValue:
    """Give the package of a slip that is to be handed over; journaled."""
    home: Path = current_app.config["VIGIE"].home
    path = path_of(home, slip.id)
    if (
        slip.state is not SlipState.TO_HAND_OVER
        or slip.package_sha256 is None
        or not path.is_file()
    ):
        abort(404)
    record_apart(
        db.engine, require_identity(), Event.RECORDS_PACKAGE_READ, slip=slip.id, sha256=slip.package_sha256
    )  # fmt: skip
    return send_file(path, as_attachment=True, download_name=path.name)


def _sign(slip: EliminationSlip, form: VisaForm) -> bool:
    services.sign(
        db.session(), require_identity(), slip, is_accepted=form.visa.data == GIVEN, remark=form.remark.data
    )  # fmt: skip
    return True
