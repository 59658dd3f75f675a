"""Opening an accompagnement again, duplicating it, deleting it, undoing that."""

from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.cases import queries
from app.cases.forms import MotiveForm
from app.cases.lifecycle import services
from app.cases.lifecycle.forms import (
    DeletionForm,
    MotivatedCopyForm,
    MotivatedReopeningForm,
    ReopeningForm,
)
from app.cases.models import Case
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.text.french import de_fr
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import ConfirmForm, DsfrForm
from app.core.web.htmx import redirect
from app.extensions import db
from app.unlocks.models import UnlockScope
from app.unlocks.panels import WhatOpens, what_opens
from app.unlocks.services import Motive

blueprint = Blueprint("case_lifecycle", __name__)

CASE = Subject("case", "case_id", queries.get_case)


@blueprint.route("/accompagnements/<int:case_id>/reouverture", methods=["GET", "POST"])
@access(Permission.CASE_REOPEN, subject=CASE)
def reopen(case: Case) -> ResponseReturnValue:
    """Open a closed one again."""
    what = _what(case)
    form, draft = open_form(MotivatedReopeningForm if what.natures else ReopeningForm)
    if accepted(form, lambda: _reopen(case, form)):
        flash("L’accompagnement reprend.", "success")
        return redirect("cases.detail", case_id=case.id)
    title = f"Rouvrir l’accompagnement {de_fr(case.company.name)}"
    lead = "Son historique continue. Une personne d’un autre département est à inviter de nouveau pour lire ce que son invitation donnait."
    return _page(case, form, draft=draft, what=what, title=title, lead=lead, submit="Rouvrir")


@blueprint.route("/accompagnements/<int:case_id>/duplication", methods=["GET", "POST"])
@access(Permission.CASE_DUPLICATE, subject=CASE)
def duplicate(case: Case) -> ResponseReturnValue:
    """Open another as a closed one was."""
    what = _what(case)
    form, draft = open_form(MotivatedCopyForm if what.natures else ConfirmForm)
    if made := accepted(form, lambda: _duplicate(case, form)):
        return redirect("cases.detail", case_id=made.id)
    title = f"Dupliquer l’accompagnement {de_fr(case.company.name)}"
    lead = "Le nouveau reprend ses référents et participants, sa criticité et ce qui le qualifie ; ni les textes ni les dispositifs."
    return _page(case, form, draft=draft, what=what, title=title, lead=lead, submit="Dupliquer")


@blueprint.route("/accompagnements/<int:case_id>/suppression", methods=["GET", "POST"])
@access(Permission.CASE_MANAGE_MEMBERS, subject=CASE)
def delete(case: Case) -> ResponseReturnValue:
    """Delete one on which nothing stands."""
    form, draft = open_form(DeletionForm)
    if accepted(form, lambda: _delete(case, form)):
        flash(
            "L’accompagnement est supprimé. Vous pouvez l’annuler pendant trente minutes.",
            "success",
        )
        return redirect("cases.detail", case_id=case.id)
    title = f"Supprimer l’accompagnement {de_fr(case.company.name)}"
    lead = "Pour un accompagnement ouvert par erreur, sans visite, sans issue, où personne d’autre n’a écrit. Il reste dans l’historique."
    return _page(case, form, draft=draft, title=title, lead=lead, submit="Supprimer")


@blueprint.post("/accompagnements/<int:case_id>/retablissement")
@access(Permission.CASE_REOPEN, subject=CASE)
def restore(case: Case) -> ResponseReturnValue:
    """Undo a deletion."""
    attempted(
        lambda: services.restore(db.session(), require_identity(), case),
        done=lambda _: "La suppression est annulée : l’accompagnement est comme avant.",
    )
    return redirect("cases.detail", case_id=case.id)


def _page(case: Case, form: DsfrForm, **page: Any) -> ResponseReturnValue:
    back = ("Accompagnement", url_for("cases.detail", case_id=case.id))
    return render_template("cases/act.html", case=case, form=form, back=back, **page), status_of(
        form
    )


def _what(case: Case) -> WhatOpens:
    return what_opens(require_identity(), case.company, scope=UnlockScope.CASE)


def _motive(form: DsfrForm) -> Motive | None:
    return form.stated if isinstance(form, MotiveForm) else None


def _reopen(case: Case, form: ReopeningForm) -> bool:
    services.reopen(
        db.session(), require_identity(), case, reason=form.reason.data, motive=_motive(form)
    )
    return True


def _duplicate(case: Case, form: DsfrForm) -> Case:
    made, left_out = services.duplicate(
        db.session(), require_identity(), case, motive=_motive(form)
    )  # fmt: skip
    if left_out:
        names = ", ".join(left_out)
        flash(f"L’accompagnement est ouvert, sans {names} : sans habilitation en cours.", "warning")
    else:
        flash("L’accompagnement est ouvert avec les mêmes personnes.", "success")
    return made


def _delete(case: Case, form: DeletionForm) -> bool:
    services.delete(db.session(), require_identity(), case, reason=form.reason.data)
    return True
