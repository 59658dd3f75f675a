"""The directory: its search."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.web.form_pages import refuse
from app.core.web.forms import asked_of, choices, number_or_none
from app.extensions import db
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.directory import queries, typed
from app.referrals.directory.forms import DirectoryFilterForm
from app.referrals.directory.presenters import absence_said
from app.referrals.directory.queries import ExpertFilter

blueprint = Blueprint("directory", __name__)
blueprint.add_app_template_filter(absence_said, "absence_said")
blueprint.add_app_template_filter(typed.area_name, "area_name")


@blueprint.get("/annuaire")
@access(Permission.DIRECTORY_READ)
def index() -> ResponseReturnValue:
    """Search the experts, by name, institution, subject and place."""
    session, identity = db.session(), require_identity()
    form = _form()
    page = queries.page_of_experts(session, identity, _wanted(form), request.args.get("suite"))
    kept = queries.list_kept_ids(session, identity)
    filters = asked_of(form)
    return render_template(
        "referrals/directory/index.html", form=form, results=page, filters=filters, kept=sorted(kept)
    )  # fmt: skip


def _form() -> DirectoryFilterForm:
    session, identity = db.session(), require_identity()
    form = DirectoryFilterForm(formdata=request.args)
    institutions = queries.list_institutions(session, identity)
    subjects = queries.list_subjects(session, identity)
    form.institution.choices = choices([("", "Toutes"), *((str(each.id), each.name) for each in institutions)])  # fmt: skip
    form.sujet.choices = choices([("", "Tous"), *((str(each.id), each.label) for each in subjects)])
    return form


def _wanted(form: DirectoryFilterForm) -> ExpertFilter:
    areas: tuple[str, ...] = ()
    try:
        for code in typed.areas_of(form.territoire.data, field="territoire"):
            area = gazetteer().find(code)
            areas += area.within if area else ()
    except DomainError as error:
        refuse(form, error)
    return ExpertFilter(
        text=form.q.data or "",
        institution_id=number_or_none(form.institution.data),
        subject_id=number_or_none(form.sujet.data),
        areas=areas,
        is_archived=form.etat.data == "archive",
    )
