"""The measures mobilised in an accompagnement."""

from collections.abc import Sequence

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.cases import queries
from app.cases.measures import services
from app.cases.measures.forms import MeasureForm
from app.cases.measures.models import CaseMeasure
from app.cases.measures.queries import get_measure
from app.cases.models import Case
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.forms import ConfirmForm
from app.core.web.htmx import redirect
from app.extensions import db
from app.values.models import ListValue, ValueList
from app.values.queries import list_usable

blueprint = Blueprint("case_measures", __name__)

CASE = Subject("case", "case_id", queries.get_case)
FIELDS = ("value_id", "amount", "starts_on", "ends_on", "note")


@blueprint.route("/accompagnements/<int:case_id>/dispositifs/nouveau", methods=["GET", "POST"])
@access(Permission.CASE_UPDATE, subject=CASE)
def add(case: Case) -> ResponseReturnValue:
    """Say that a measure was mobilised."""
    form, draft = open_form(MeasureForm)
    form.offer(_offered())
    act = lambda: services.add(db.session(), require_identity(), case, form.said)  # noqa: E731
    if accepted(form, act):
        return _done(case, "Le dispositif est ajouté.")
    page = render_template(
        "cases/measure.html", case=case, form=form, draft=draft, measure=None
    )  # fmt: skip
    return page, status_of(form)


@blueprint.route(
    "/accompagnements/<int:case_id>/dispositifs/<int:measure_id>", methods=["GET", "POST"]
)
@access(Permission.CASE_UPDATE, subject=CASE)
def correct(case: Case, measure_id: int) -> ResponseReturnValue:
    """Correct what was said of a measure."""
    measure = get_measure(db.session(), case, measure_id)
    form, draft = open_form(MeasureForm, **{name: getattr(measure, name) for name in FIELDS})
    form.offer(_offered(measure))
    if accepted(form, lambda: _correct(case, measure, form)):
        return _done(case, "Le dispositif est corrigé ; l’historique garde l’avant et l’après.")
    page = render_template("cases/measure.html", case=case, form=form, draft=draft, measure=measure)
    return page, status_of(form)


@blueprint.route(
    "/accompagnements/<int:case_id>/dispositifs/<int:measure_id>/retrait", methods=["GET", "POST"]
)
@access(Permission.CASE_UPDATE, subject=CASE)
def remove(case: Case, measure_id: int) -> ResponseReturnValue:
    """Take a measure off, after confirmation."""
    measure = get_measure(db.session(), case, measure_id)
    form, _ = open_form(ConfirmForm)
    if accepted(form, lambda: _remove(case, measure)):
        return _done(case, "Le dispositif est retiré ; l’historique le garde.")
    page = render_template("cases/measure_removal.html", case=case, form=form, measure=measure)
    return page, status_of(form)


def _offered(measure: CaseMeasure | None = None) -> Sequence[ListValue]:
    held = [measure.value_id] if measure else []
    return list_usable(db.session(), require_identity(), ValueList.SCHEME, held=held)


def _done(case: Case, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect("cases.detail", case_id=case.id, _anchor="qualification")


def _correct(case: Case, measure: CaseMeasure, form: MeasureForm) -> bool:
    services.correct(db.session(), require_identity(), case, measure, form.said)
    return True


def _remove(case: Case, measure: CaseMeasure) -> bool:
    services.remove(db.session(), require_identity(), case, measure)
    return True
