"""Studies of the effect: the list, one, and registering another."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.text.french import date_fr
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import render
from app.evidence.studies import presenters, queries, services
from app.evidence.studies.forms import StudyForm
from app.evidence.studies.models import ImpactStudy
from app.extensions import db
from app.habilitations.queries import list_departments

blueprint = Blueprint("studies", __name__)

STUDY = Subject("study", "study_id", queries.get_study)


@blueprint.get("/impact/effet")
@access(Permission.STUDY_READ)
def index() -> ResponseReturnValue:
    """Show the studies: registered, waiting for their day, read."""
    page = queries.slice_of_studies(db.session(), require_identity(), request.args.get("suite"))
    return render("evidence/studies.html", "evidence/_studies.html", studies=presenters.lines(page))


@blueprint.route("/impact/effet/nouvelle", methods=["GET", "POST"])
@access(Permission.STUDY_REGISTER)
def register() -> ResponseReturnValue:
    """Register a study: once written, it is never rewritten."""
    form, draft = open_form(StudyForm)
    places = list_departments(db.session())
    form.offer([(place.code, f"{place.code} – {place.label}") for place in places])
    study = accepted(
        form, lambda: services.register(db.session(), require_identity(), form.asked())
    )
    if study is not None:
        flash(f"L’étude est enregistrée ; elle sera lue le {date_fr(study.frozen_on)}.", "success")
        return redirect(url_for("studies.show", study_id=study.id), 303)
    return render_template("evidence/register.html", form=form, draft=draft), status_of(form)


@blueprint.get("/impact/effet/<int:study_id>")
@access(Permission.STUDY_READ, subject=STUDY)
def show(study: ImpactStudy) -> ResponseReturnValue:
    """Show what was asked, what was found, and what to doubt of it."""
    return render_template("evidence/study.html", **presenters.of_study(study))
