"""The pages of an expert."""

from collections.abc import Sequence

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.text.french import date_fr
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import choices, number_or_none
from app.core.web.htmx import redirect
from app.extensions import db
from app.referrals.directory import leaving, queries
from app.referrals.directory.antennes.routes import ANTENNE
from app.referrals.directory.experts import services
from app.referrals.directory.experts.forms import (
    ExpertAbsenceForm,
    ExpertForm,
    expert_form,
    values_of,
)
from app.referrals.directory.forms import offered_subjects, version_kept
from app.referrals.directory.models import (
    Antenne,
    Expert,
    ExpertAbsence,
    ReferralSubject,
)
from app.referrals.directory.presenters import account_of, described, left_said

blueprint = Blueprint("directory_experts", __name__)

EXPERT = Subject("expert", "expert_id", queries.get_expert)
ABSENCE = Subject("absence", "absence_id", queries.get_absence)


@blueprint.get("/annuaire/experts/<int:expert_id>")
@access(Permission.DIRECTORY_READ, subject=EXPERT)
def show(expert: Expert) -> ResponseReturnValue:
    """An expert: what they do, where, for which firms, when they are away."""
    labels = queries.subject_labels(db.session(), require_identity())
    return render_template(
        "referrals/directory/expert.html", expert=expert, described=described(expert, labels),
        left=left_said(leaving.count_open(db.session(), [expert.id])),
    )  # fmt: skip


@blueprint.route("/annuaire/antennes/<int:antenne_id>/experts/nouveau", methods=["GET", "POST"])
@access(Permission.ANTENNE_KEEP, subject=ANTENNE)
def create(antenne: Antenne) -> ResponseReturnValue:
    """Add an expert to an antenne."""
    subjects = queries.list_subjects(db.session(), require_identity())
    form, draft = open_form(expert_form(subjects))
    form.offer(subjects)
    expert = accepted(
        form,
        lambda: services.add(db.session(), require_identity(), antenne, form.entry(subjects)),
    )
    if expert is not None:
        flash(f"« {expert.name} » est dans l’annuaire.", "success")
        return redirect("directory_experts.show", expert_id=expert.id)
    back = (antenne.name, url_for("directory_antennes.show", antenne_id=antenne.id))
    return _page(form, draft, subjects, title="Ajouter un expert", back=back)


@blueprint.route("/annuaire/experts/<int:expert_id>/modifier", methods=["GET", "POST"])
@access(Permission.EXPERT_KEEP, subject=EXPERT)
def change(expert: Expert) -> ResponseReturnValue:
    """Change what is said of an expert."""
    held = {each.subject_id for each in expert.competences}
    known = queries.list_all_subjects(db.session(), require_identity())
    # A subject archived since is kept on those who treated it, until somebody takes it off.
    subjects = [each for each in known if each.archived_at is None or each.id in held]
    form, draft = open_form(
        expert_form(subjects), **values_of(expert, account_of(db.session(), expert))
    )
    form.offer(offered_subjects(known, expert.criteria_subjects))
    entry = accepted(form, lambda: _change(expert, form, subjects))
    if entry is not None:
        flash("La fiche est à jour.", "success")
        return redirect("directory_experts.show", expert_id=expert.id)
    back = (expert.name, url_for("directory_experts.show", expert_id=expert.id))
    return _page(form, draft, subjects, title=f"Modifier {expert.name}", back=back)


@blueprint.post("/annuaire/experts/<int:expert_id>/archivage")
@access(Permission.EXPERT_KEEP, subject=EXPERT)
def archive(expert: Expert) -> ResponseReturnValue:
    """Archive an entry, or bring it back."""
    archived = not expert.is_archived
    said = "archivé : aucun besoin ne lui parviendra plus" if archived else "de nouveau en service"
    attempted(
        lambda: services.set_archived(db.session(), require_identity(), expert, archived=archived),
        done=lambda _: f"« {expert.name} » est {said}.",
    )
    return redirect("directory_experts.show", expert_id=expert.id)


@blueprint.route("/annuaire/experts/<int:expert_id>/absence", methods=["GET", "POST"])
@access(Permission.EXPERT_ABSENCE_SAY, subject=EXPERT)
def say_away(expert: Expert) -> ResponseReturnValue:
    """Say that an expert is away, and who stands in."""
    form, draft = open_form(ExpertAbsenceForm)
    others = queries.list_of_antenne(db.session(), require_identity(), expert.antenne_id)
    offered = [
        (str(each.id), each.name)
        for each in others
        if not each.is_archived and each.id != expert.id
    ]
    form.delegate_id.choices = choices([("", "Personne"), *offered])
    absence = accepted(form, lambda: _say_away(expert, form, others))
    if absence is not None:
        flash(f"L’absence est notée jusqu’au {date_fr(absence.ends_on)}.", "success")
        return redirect("directory_experts.show", expert_id=expert.id)
    page = render_template("referrals/directory/absence.html", form=form, draft=draft, expert=expert)  # fmt: skip
    return page, status_of(form)


@blueprint.post("/annuaire/absences/<int:absence_id>/annulation")
@access(Permission.EXPERT_ABSENCE_END, subject=ABSENCE)
def end_absence(absence: ExpertAbsence) -> ResponseReturnValue:
    """Cancel an absence."""
    attempted(
        lambda: services.end_absence(db.session(), require_identity(), absence),
        done=lambda _: "L’absence est annulée.",
    )
    return redirect("directory_experts.show", expert_id=absence.expert_id)


def _change(expert: Expert, form: ExpertForm, subjects: Sequence[ReferralSubject]) -> bool:
    with version_kept(form) as shown:
        services.change(db.session(), require_identity(), expert, form.entry(subjects), shown=shown)
    return True


def _say_away(expert: Expert, form: ExpertAbsenceForm, others: Sequence[Expert]) -> ExpertAbsence:
    wanted = number_or_none(form.delegate_id.data)
    delegate = next((each for each in others if each.id == wanted), None)
    return services.say_away(
        db.session(), require_identity(), expert,
        starts_on=form.starts_on.data, ends_on=form.ends_on.data, delegate=delegate,
    )  # fmt: skip


def _page(
    form: ExpertForm, draft: object, subjects: Sequence[ReferralSubject], *, title: str, back: tuple[str, str]
) -> ResponseReturnValue:  # fmt: skip
    themes: dict[str, list[ReferralSubject]] = {}
    for subject in subjects:
        themes.setdefault(subject.theme.label, []).append(subject)
    page = render_template(
        "referrals/directory/expert_form.html", form=form, draft=draft, themes=themes, title=title, back=back
    )  # fmt: skip
    return page, status_of(form)
