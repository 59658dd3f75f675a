"""Sittings of my networks: calling one, its agenda, its minutes."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, render_template, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.core.access.guard import Subject, access, require_identity
from app.core.access.identity import Identity
from app.core.access.permissions import Permission
from app.core.journal import Event, record_apart
from app.core.now import utcnow
from app.core.text.french import datetime_fr
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.htmx import redirect
from app.core.web.pace import EXPORTS, paced
from app.extensions import db
from app.habilitations.queries import list_audiences, list_departments
from app.sittings import documents, presenters, queries, services
from app.sittings.forms import SittingChangeForm, SittingForm
from app.sittings.models import Sitting
from app.watching import sources
from app.watching.lists.forms import FillForm, sirens_in

blueprint = Blueprint("sittings", __name__)

SITTING = Subject("sitting", "sitting_id", queries.get_sitting)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/seances")
@access(Permission.SITTING_READ)
def index() -> ResponseReturnValue:
    """Show the sittings of my networks."""
    page = queries.slice_of_sittings(db.session(), require_identity(), request.args.get("suite"))
    return render_template("sittings/index.html", sittings=page)


@blueprint.route("/seances/nouvelle", methods=["GET", "POST"])
@access(Permission.SITTING_READ)
def create() -> ResponseReturnValue:
    """Call a sitting."""
    session, identity = db.session(), require_identity()
    form, draft = open_form(SittingForm)
    _offer(session, identity, form)
    called = accepted(form, lambda: _call(form))
    if called is not None:
        return redirect("sittings.show", sitting_id=called.id)
    return render_template("sittings/create.html", form=form, draft=draft), status_of(form)


@blueprint.get("/seances/<int:sitting_id>")
@access(Permission.SITTING_READ, subject=SITTING)
def show(sitting: Sitting) -> ResponseReturnValue:
    """Show the agenda of a sitting."""
    return _page(sitting, FillForm(formdata=None), template="sittings/show.html")


@blueprint.get("/seances/<int:sitting_id>/compte-rendu")
@access(Permission.SITTING_READ, subject=SITTING)
def minutes(sitting: Sitting) -> ResponseReturnValue:
    """Show the minutes, to be printed or saved as a PDF."""
    return _page(sitting, FillForm(formdata=None), template="sittings/minutes.html")


@blueprint.get("/seances/<int:sitting_id>/compte-rendu.docx")
@access(Permission.SITTING_READ, subject=SITTING)
@paced(EXPORTS)
def export(sitting: Sitting) -> ResponseReturnValue:
    """Download the minutes, journaled."""
    identity = require_identity()
    items = queries.list_items(db.session(), identity, sitting)
    watermark = f"Document confidentiel, extrait de Vigie par {identity.signature} le {datetime_fr(utcnow())}."
    written = documents.minutes(sitting, items, watermark=watermark)
    trace: dict[str, Any] = {
        "sitting": sitting.id,
        "count": len(items),
        "natures": _natures(sitting),
    }
    record_apart(db.engine, identity, Event.SITTING_EXPORTED, **trace)
    name = f"compte-rendu-{sitting.held_on:%Y-%m-%d}.docx"
    return send_file(written, mimetype=DOCX, as_attachment=True, download_name=name)


@blueprint.post("/seances/<int:sitting_id>/inscription")
@access(Permission.SITTING_WRITE, subject=SITTING)
def enter(sitting: Sitting) -> ResponseReturnValue:
    """Put the firms pasted on the agenda."""
    session, identity = db.session(), require_identity()
    form, _ = open_form(FillForm)
    entered = accepted(
        form, lambda: services.enter(session, identity, sitting, sirens_in(form.sirens.data or ""))
    )
    if entered is not None:
        for category, sentence in presenters.told(entered):
            flash(sentence, category)
        return redirect("sittings.show", sitting_id=sitting.id)
    return _page(sitting, form, template="sittings/show.html"), status_of(form)


@blueprint.route("/seances/<int:sitting_id>/reglages", methods=["GET", "POST"])
@access(Permission.SITTING_WRITE, subject=SITTING)
def change(sitting: Sitting) -> ResponseReturnValue:
    """Change the name, the day or the place."""
    form, draft = open_form(
        SittingChangeForm, label=sitting.label, held_on=sitting.held_on, place=sitting.place
    )
    if accepted(form, lambda: _change(sitting, form)):
        flash("La séance est modifiée.", "success")
        return redirect("sittings.show", sitting_id=sitting.id)
    page = render_template("sittings/change.html", sitting=sitting, form=form, draft=draft)
    return page, status_of(form)


@blueprint.post("/seances/<int:sitting_id>/arret")
@access(Permission.SITTING_CLOSE, subject=SITTING)
def close(sitting: Sitting) -> ResponseReturnValue:
    """Settle the minutes."""
    attempted(
        lambda: services.settle_minutes(db.session(), require_identity(), sitting),
        done=lambda _: (
            "Le compte rendu est arrêté ; les lecteurs des entreprises examinées en sont avertis."
        ),
    )
    return redirect("sittings.show", sitting_id=sitting.id)


def _page(sitting: Sitting, form: FillForm, *, template: str) -> str:
    session, identity = db.session(), require_identity()
    items = queries.list_items(session, identity, sitting)
    sirens = [item.siren for item in items]
    trace: dict[str, Any] = {
        "sitting": sitting.id, "count": len(items), "natures": _natures(sitting), "sirens": sirens,
    }  # fmt: skip
    record_apart(db.engine, identity, Event.SITTING_READ, **trace)
    status = presenters.status_of(sitting)
    return render_template(template, sitting=sitting, items=items, fill_form=form, status=status)


def _natures(sitting: Sitting) -> list[str]:
    return [sitting.nature.value] if sitting.nature else []


def _offer(session: Session, identity: Identity, form: SittingForm) -> None:
    networks = [(str(known.id), known.label) for known in list_audiences(session, identity)]
    places = [
        (place.code, f"{place.code} – {place.label}")
        for place in list_departments(session)
        if place.code in identity.departments
    ]
    form.offer(networks=networks, places=places, sources=sources.choices(session, identity))


def _call(form: SittingForm) -> Sitting:
    session, identity = db.session(), require_identity()
    nature = sources.nature_of(session, identity, form.source.data)
    sitting = services.call(session, identity, replace(form.asked(identity), nature=nature))
    if form.source.data:
        sirens = sources.sirens_of(session, identity, form.source.data, most=services.MOST)
        for category, sentence in presenters.told(
            services.enter(session, identity, sitting, sirens)
        ):
            flash(sentence, category)
    return sitting


def _change(sitting: Sitting, form: SittingChangeForm) -> bool:
    services.change(
        db.session(), require_identity(), sitting,
        label=form.label.data or "", held_on=form.held_on.data, place=form.place.data or "",
    )  # fmt: skip
    return True
