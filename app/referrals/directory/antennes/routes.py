"""The pages of institutions and antennes."""

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import DsfrForm
from app.core.web.htmx import redirect
from app.extensions import db
from app.referrals.directory import leaving, queries
from app.referrals.directory.antennes import services
from app.referrals.directory.antennes.forms import (
    AntenneForm,
    InstitutionChangeForm,
    InstitutionForm,
    ManagersForm,
    values_of,
)
from app.referrals.directory.forms import offered_subjects, version_kept
from app.referrals.directory.models import Antenne, Institution
from app.referrals.directory.presenters import described_antenne, left_said

blueprint = Blueprint("directory_antennes", __name__)

INSTITUTION = Subject("institution", "institution_id", queries.get_institution)
ANTENNE = Subject("antenne", "antenne_id", queries.get_antenne)


@blueprint.get("/annuaire/institutions/<int:institution_id>")
@access(Permission.DIRECTORY_READ, subject=INSTITUTION)
def institution(institution: Institution) -> ResponseReturnValue:
    """An institution and its antennes."""
    found = queries.page_of_antennes(
        db.session(), require_identity(), request.args.get("suite"), institution_id=institution.id
    )
    return render_template("referrals/directory/institution.html", institution=institution, found=found)  # fmt: skip


@blueprint.route("/annuaire/institutions/nouvelle", methods=["GET", "POST"])
@access(Permission.DIRECTORY_MANAGE)
def create_institution() -> ResponseReturnValue:
    """Add an institution."""
    form, draft = open_form(InstitutionForm)
    made = accepted(
        form,
        lambda: services.add_institution(
            db.session(), require_identity(), name=form.name.data, description=form.description.data
        ),
    )
    if made is not None:
        flash(f"« {made.name} » est dans l’annuaire : ajoutez ses antennes.", "success")
        return redirect("directory_antennes.institution", institution_id=made.id)
    return _form_page(form, draft, "Ajouter une institution", ("Annuaire", url_for("directory.index")))  # fmt: skip


@blueprint.route("/annuaire/institutions/<int:institution_id>/modifier", methods=["GET", "POST"])
@access(Permission.DIRECTORY_MANAGE, subject=INSTITUTION)
def change_institution(institution: Institution) -> ResponseReturnValue:
    """Rename an institution, describe it, archive it."""
    is_archived = institution.archived_at is not None
    shown: dict[str, Any] = {"name": institution.name, "description": institution.description, "archived": is_archived}  # fmt: skip
    form, draft = open_form(InstitutionChangeForm, **shown)
    form.archived.description = left_said(
        leaving.count_of_institution(db.session(), institution.id)
    )
    if accepted(form, lambda: _change_institution(institution, form)):
        flash("L’institution est à jour.", "success")
        return redirect("directory_antennes.institution", institution_id=institution.id)
    back = (institution.name, url_for("directory_antennes.institution", institution_id=institution.id))  # fmt: skip
    return _form_page(form, draft, f"Modifier {institution.name}", back)


@blueprint.get("/annuaire/antennes/<int:antenne_id>")
@access(Permission.DIRECTORY_READ, subject=ANTENNE)
def show(antenne: Antenne) -> ResponseReturnValue:
    """An antenne: what it covers, who keeps it, its experts."""
    experts = queries.list_of_antenne(db.session(), require_identity(), antenne.id)
    managers = [each.agent for each in antenne.managers if each.removed_at is None]
    return render_template(
        "referrals/directory/antenne.html",
        antenne=antenne,
        described=described_antenne(
            antenne, queries.subject_labels(db.session(), require_identity())
        ),
        experts=experts,
        managers=managers,
        left=left_said(leaving.count_of_antenne(db.session(), antenne.id)),
    )


@blueprint.route(
    "/annuaire/institutions/<int:institution_id>/antennes/nouvelle", methods=["GET", "POST"]
)
@access(Permission.DIRECTORY_MANAGE, subject=INSTITUTION)
def create(institution: Institution) -> ResponseReturnValue:
    """Add an antenne to an institution."""
    form, draft = open_form(AntenneForm)
    form.offer(queries.list_subjects(db.session(), require_identity()))
    made = accepted(
        form, lambda: services.add(db.session(), require_identity(), institution, form.entry())
    )
    if made is not None:
        flash(f"« {made.name} » est dans l’annuaire : ajoutez ses experts.", "success")
        return redirect("directory_antennes.show", antenne_id=made.id)
    back = (institution.name, url_for("directory_antennes.institution", institution_id=institution.id))  # fmt: skip
    return _form_page(form, draft, "Ajouter une antenne", back)


@blueprint.route("/annuaire/antennes/<int:antenne_id>/modifier", methods=["GET", "POST"])
@access(Permission.ANTENNE_KEEP, subject=ANTENNE)
def change(antenne: Antenne) -> ResponseReturnValue:
    """Change what is said of an antenne."""
    form, draft = open_form(AntenneForm, **values_of(antenne))
    known = queries.list_all_subjects(db.session(), require_identity())
    form.offer(offered_subjects(known, antenne.criteria_subjects))
    if accepted(form, lambda: _change(antenne, form)):
        flash("L’antenne est à jour.", "success")
        return redirect("directory_antennes.show", antenne_id=antenne.id)
    return _form_page(form, draft, f"Modifier {antenne.name}", _back(antenne))


@blueprint.post("/annuaire/antennes/<int:antenne_id>/archivage")
@access(Permission.ANTENNE_KEEP, subject=ANTENNE)
def archive(antenne: Antenne) -> ResponseReturnValue:
    """Archive an antenne, or bring it back."""
    archived = not antenne.is_archived
    said = "archivée : ses experts ne reçoivent plus rien" if archived else "de nouveau en service"
    attempted(
        lambda: services.set_archived(db.session(), require_identity(), antenne, archived=archived),
        done=lambda _: f"« {antenne.name} » est {said}.",
    )
    return redirect("directory_antennes.show", antenne_id=antenne.id)


@blueprint.route("/annuaire/antennes/<int:antenne_id>/responsables", methods=["GET", "POST"])
@access(Permission.DIRECTORY_MANAGE, subject=ANTENNE)
def managers(antenne: Antenne) -> ResponseReturnValue:
    """Say who keeps the entries of an antenne."""
    held = [each.agent.email for each in antenne.managers if each.removed_at is None]
    form, draft = open_form(ManagersForm, managers=", ".join(held))
    if accepted(form, lambda: _set_managers(antenne, form)):
        flash("Les responsables de l’antenne sont à jour.", "success")
        return redirect("directory_antennes.show", antenne_id=antenne.id)
    return _form_page(form, draft, f"Responsables de {antenne.name}", _back(antenne))


def _change_institution(institution: Institution, form: InstitutionChangeForm) -> bool:
    services.change_institution(
        db.session(), require_identity(), institution,
        name=form.name.data, description=form.description.data, archived=form.archived.data,
    )  # fmt: skip
    return True


def _change(antenne: Antenne, form: AntenneForm) -> bool:
    with version_kept(form) as shown:
        services.change(db.session(), require_identity(), antenne, form.entry(), shown=shown)
    return True


def _set_managers(antenne: Antenne, form: ManagersForm) -> bool:
    services.set_managers(db.session(), require_identity(), antenne, form.emails)
    return True


def _back(antenne: Antenne) -> tuple[str, str]:
    return antenne.name, url_for("directory_antennes.show", antenne_id=antenne.id)


def _form_page(form: DsfrForm, draft: object, title: str, back: tuple[str, str]) -> ResponseReturnValue:  # fmt: skip
    page = render_template(
        "referrals/directory/entry_form.html", form=form, draft=draft, title=title, back=back
    )  # fmt: skip
    return page, status_of(form)
