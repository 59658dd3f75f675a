"""Describing an accompagnement, on one page."""

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.cases import queries
from app.cases.models import Case
from app.cases.qualification import services
from app.cases.qualification.forms import QualificationForm, held_by_list
from app.cases.qualification.queries import LISTS, list_held
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import redirect
from app.extensions import db
from app.values.queries import list_usable

blueprint = Blueprint("case_qualification", __name__)

CASE = Subject("case", "case_id", queries.get_case)


@blueprint.route("/accompagnements/<int:case_id>/qualification", methods=["GET", "POST"])
@access(Permission.CASE_UPDATE, subject=CASE)
def index(case: Case) -> ResponseReturnValue:
    """Choose the values that describe it."""
    session, identity = db.session(), require_identity()
    held = [row.value for row in list_held(session, case)]
    form, draft = open_form(QualificationForm, **held_by_list(held))
    kept = {value.id for value in held} | form.first_shown
    form.offer(list_usable(session, identity, *LISTS, held=kept))
    if accepted(form, lambda: _qualify(case, form)):
        flash("L’accompagnement est qualifié ; l’historique garde l’avant et l’après.", "success")
        return redirect("cases.detail", case_id=case.id, _anchor="qualification")
    page = render_template("cases/qualify.html", case=case, form=form, draft=draft)
    return page, status_of(form)


def _qualify(case: Case, form: QualificationForm) -> bool:
    services.qualify(
        db.session(), require_identity(), case, shown=form.first_shown, chosen=form.chosen
    )
    return True
