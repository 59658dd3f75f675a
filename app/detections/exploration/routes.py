"""The draw, explained; paused and taken up again by managers; left aside by agents, who say why."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.detections.exploration import presenters, queries, services
from app.detections.exploration.forms import ExplorationForm, LeftAsideForm
from app.detections.exploration.models import OverrideReason
from app.detections.lists import queries as lists
from app.detections.models import DetectionEntry
from app.extensions import db
from app.habilitations.models import Department
from app.habilitations.queries import list_departments

blueprint = Blueprint("exploration", __name__, url_prefix="/detections/tirage")

PLACE = Subject("place", "department", queries.get_place)
ENTRY = Subject("entry", "entry_id", lists.get_entry)


@blueprint.get("")
@access(Permission.DETECTION_READ)
def index() -> ResponseReturnValue:
    """Say what the draw is, where it goes on, and what became of the firms that were drawn."""
    session, identity = db.session(), require_identity()
    current = lists.find_current_list(session)
    drawn = queries.list_drawn(session, identity, current) if current else []
    lines = presenters.place_lines(
        identity,
        current,
        labels={row.code: row.label for row in list_departments(session)},
        counts={row.department: row for row in drawn},
        choices=queries.list_choices(session, identity),
    )
    reasons = queries.count_reasons(session, identity, current) if current else []
    return render_template(
        "detections/exploration/index.html", current=current, lines=lines, reasons=reasons
    )


@blueprint.route("/<department>", methods=["GET", "POST"])
@access(Permission.EXPLORATION_DECIDE, subject=PLACE)
def decide(place: Department) -> ResponseReturnValue:
    """Pause exploration in a département, or take it up again, for its next lists."""
    choice = queries.find_choice(db.session(), place.code)
    is_on = choice is None or choice.is_on
    form, draft = open_form(ExplorationForm, is_on="non" if is_on else "oui")
    if accepted(form, lambda: _decide(place, form)):
        flash("C’est noté : la prochaine liste de ce département en tiendra compte.", "success")
        return redirect(url_for("exploration.index"), 303)
    page = render_template(
        "detections/exploration/decide.html", place=place, form=form, draft=draft, choice=choice
    )
    return page, status_of(form)


@blueprint.route("/ecarts/<int:entry_id>", methods=["GET", "POST"])
@access(Permission.DETECTION_ANSWER, subject=ENTRY)
def override(entry: DetectionEntry) -> ResponseReturnValue:
    """Say why a drawn firm is not visited, or not first."""
    session, identity = db.session(), require_identity()
    mine = queries.find_mine(session, identity, entry)
    said = {"reason": mine.reason.value, "comment": mine.comment} if mine else {}
    form, draft = open_form(LeftAsideForm, **said)
    if accepted(form, lambda: _override(entry, form)):
        flash("C’est noté : vous pouvez changer d’avis, ou le retirer.", "success")
        return redirect(url_for("firm.understand", siren=entry.siren, _anchor="tirage"), 303)
    company = get_company(session, identity, entry.siren)
    page = render_template(
        "detections/exploration/override.html", entry=entry, company=company, form=form, draft=draft
    )
    return page, status_of(form)


@blueprint.post("/ecarts/<int:entry_id>/retrait")
@access(Permission.DETECTION_ANSWER, subject=ENTRY)
def withdraw(entry: DetectionEntry) -> ResponseReturnValue:
    """Take back what I said of a drawn firm."""
    attempted(
        lambda: services.withdraw(db.session(), require_identity(), entry),
        done=lambda _: "C’est retiré : l’entreprise est de nouveau parmi celles à visiter.",
    )
    return redirect(url_for("firm.understand", siren=entry.siren, _anchor="tirage"), 303)


def _decide(place: Department, form: ExplorationForm) -> bool:
    services.decide(
        db.session(), require_identity(), place,
        is_on=form.is_on.data == "oui", motive=str(form.motive.data),
    )  # fmt: skip
    return True


def _override(entry: DetectionEntry, form: LeftAsideForm) -> bool:
    said = services.LeftAside(
        reason=OverrideReason(form.reason.data), comment=form.comment.data or ""
    )
    services.override(db.session(), require_identity(), entry, said)
    return True
