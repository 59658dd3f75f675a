"""The pages of subjects, and of whoever receives what nobody else does."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError, NotFoundError
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import choices, number_or_none
from app.core.web.htmx import redirect
from app.extensions import db
from app.referrals.directory import queries
from app.referrals.directory.models import ReferralFallback, ReferralSubject
from app.referrals.directory.subjects import services
from app.referrals.directory.subjects.forms import (
    FallbackForm,
    SubjectChangeForm,
    SubjectForm,
)
from app.referrals.directory.typed import area_name, areas_of

blueprint = Blueprint("directory_subjects", __name__)

SUBJECT = Subject("subject", "subject_id", queries.get_subject)
FALLBACK = Subject("fallback", "fallback_id", queries.get_fallback)
ONE_AREA = "Donnez un seul territoire."


@blueprint.get("/annuaire/sujets")
@access(Permission.DIRECTORY_READ)
def index() -> ResponseReturnValue:
    """What a need may be about, by theme, and who receives what nobody else does."""
    session, identity = db.session(), require_identity()
    fallbacks = queries.list_fallbacks(session, identity)
    return render_template(
        "referrals/directory/subjects.html",
        subjects=queries.list_all_subjects(session, identity),
        fallbacks=[(each, area_name(each.area)) for each in fallbacks],
    )


@blueprint.route("/annuaire/sujets/nouveau", methods=["GET", "POST"])
@access(Permission.DIRECTORY_MANAGE)
def create() -> ResponseReturnValue:
    """Add a subject."""
    form, draft = open_form(SubjectForm)
    made = accepted(
        form,
        lambda: services.add(db.session(), require_identity(), form.entry),
    )
    if made is not None:
        flash(f"« {made.label} » est proposé dès maintenant.", "success")
        return redirect("directory_subjects.index")
    return _page(form, draft, "Ajouter un sujet")


@blueprint.route("/annuaire/sujets/<int:subject_id>", methods=["GET", "POST"])
@access(Permission.DIRECTORY_MANAGE, subject=SUBJECT)
def change(subject: ReferralSubject) -> ResponseReturnValue:
    """Rename a subject, sort it otherwise, archive it."""
    is_archived = subject.archived_at is not None
    form, draft = open_form(
        SubjectChangeForm, label=subject.label, theme=subject.theme.label, archived=is_archived,
        public_wording=subject.public_wording, public_help=subject.public_help,
    )  # fmt: skip
    if accepted(form, lambda: _change(subject, form)):
        flash("Le sujet est à jour.", "success")
        return redirect("directory_subjects.index")
    return _page(form, draft, f"Modifier « {subject.label} »")


@blueprint.route("/annuaire/secours/nouveau", methods=["GET", "POST"])
@access(Permission.DIRECTORY_MANAGE)
def create_fallback() -> ResponseReturnValue:
    """Say who receives what nobody else does, somewhere."""
    form, draft = open_form(FallbackForm)
    subjects = queries.list_subjects(db.session(), require_identity())
    offered = [(str(each.id), each.label) for each in subjects]
    form.sujet.choices = choices([("", "Tous les sujets"), *offered])
    if accepted(form, lambda: _add_fallback(form)):
        flash("Les besoins sans réponse lui parviendront.", "success")
        return redirect("directory_subjects.index")
    return _page(form, draft, "Désigner un secours")


@blueprint.post("/annuaire/secours/<int:fallback_id>/fin")
@access(Permission.DIRECTORY_MANAGE, subject=FALLBACK)
def end_fallback(fallback: ReferralFallback) -> ResponseReturnValue:
    """Have somebody receive it no more."""
    attempted(
        lambda: services.end_fallback(db.session(), require_identity(), fallback),
        done=lambda _: "Ce secours est retiré.",
    )
    return redirect("directory_subjects.index")


def _change(subject: ReferralSubject, form: SubjectChangeForm) -> bool:
    services.change(
        db.session(), require_identity(), subject, form.entry, archived=form.archived.data
    )
    return True


def _add_fallback(form: FallbackForm) -> bool:
    session, identity = db.session(), require_identity()
    codes = areas_of(form.area.data, field="area")
    if len(codes) != 1:
        raise DomainError(ONE_AREA, field="area")
    try:
        expert = queries.get_expert(session, identity, form.expert_id.data or 0)
    except NotFoundError:
        expert = None
    services.add_fallback(
        session, identity, expert=expert, subject_id=number_or_none(form.sujet.data), area=codes[0]
    )
    return True


def _page(form: SubjectForm | FallbackForm, draft: object, title: str) -> ResponseReturnValue:
    back = ("Sujets", url_for("directory_subjects.index"))
    page = render_template(
        "referrals/directory/entry_form.html", form=form, draft=draft, title=title, back=back
    )  # fmt: skip
    return page, status_of(form)
