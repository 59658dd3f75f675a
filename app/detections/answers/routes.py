"""Agents' feedback on detections, and the firms they flag."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, open_form, status_of
from app.detections.answers import services
from app.detections.answers.forms import FeedbackForm, SignalForm
from app.detections.answers.presenters import feedback_values
from app.detections.lists import queries
from app.detections.lists.routes import blueprint
from app.detections.models import DetectionEntry, FeedbackReason, SignalSource
from app.extensions import db
from app.unlocks.models import UnlockScope
from app.unlocks.panels import what_opens

ENTRY = Subject("entry", "entry_id", queries.get_entry)
FIRM = Subject("company", "siren", get_company)


@blueprint.route("/detections/avis/<int:entry_id>", methods=["GET", "POST"])
@access(Permission.DETECTION_FEEDBACK, subject=ENTRY)
def feedback(entry: DetectionEntry) -> ResponseReturnValue:
    """Record whether a detection was useful; revisable."""
    former = queries.find_feedback(db.session(), require_identity(), entry)
    form, _ = open_form(FeedbackForm, **feedback_values(former))
    if accepted(form, lambda: _answer(entry, form)):
        flash("Votre avis est enregistré : vous pouvez le modifier à tout moment.", "success")
        return redirect(url_for("firm.understand", siren=entry.siren), 303)
    return render_template("detections/feedback.html", entry=entry, feedback_form=form), status_of(
        form
    )


def _answer(entry: DetectionEntry, form: FeedbackForm) -> bool:
    services.give_feedback(
        db.session(),
        require_identity(),
        entry,
        is_useful=form.is_useful.data == "oui",
        reasons=[FeedbackReason(code) for code in form.reasons.data or []],
        comment=form.comment.data or "",
    )
    return True


@blueprint.route("/entreprises/<siren>/signaler", methods=["GET", "POST"])
@access(Permission.SIGNAL_WRITE, subject=FIRM)
def flag(company: Company) -> ResponseReturnValue:
    """Flag a firm that the algorithm did not detect."""
    form, draft = open_form(SignalForm)
    if accepted(form, lambda: _flag(company, form)):
        flash("Le signalement est enregistré : l’entreprise apparaît dans les listes.", "success")
        return redirect(url_for("firm.understand", siren=company.siren), 303)
    what = what_opens(require_identity(), company, scope=UnlockScope.ZONE)
    page = render_template(
        "detections/flag.html", company=company, signal_form=form, draft=draft, what=what
    )
    return page, status_of(form)


def _flag(company: Company, form: SignalForm) -> bool:
    services.flag_firm(
        db.session(),
        require_identity(),
        company,
        source=SignalSource(form.source.data),
        comment=form.comment.data or "",
    )
    return True
