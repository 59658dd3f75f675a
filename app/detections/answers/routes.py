"""Answers to alerts, and the firms that agents flag."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import NotFoundError
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.detections.answers import queries, services
from app.detections.answers.forms import AnswerForm, SignalForm, WatchForm
from app.detections.answers.models import REASONS, AnswerKind, AnswerReason
from app.detections.answers.presenters import TITLES, effects, values_of
from app.detections.lists.queries import get_entry
from app.detections.lists.routes import blueprint
from app.detections.models import DetectionEntry, SignalSource
from app.extensions import db
from app.unlocks.models import UnlockScope
from app.unlocks.panels import what_opens

ENTRY = Subject("entry", "entry_id", get_entry)
FIRM = Subject("company", "siren", get_company)


@blueprint.route("/detections/reponses/<int:entry_id>/<answer>", methods=["GET", "POST"])
@access(Permission.DETECTION_ANSWER, subject=ENTRY)
def answer(entry: DetectionEntry, answer: str) -> ResponseReturnValue:
    """Answer an alert in one of three ways; revisable."""
    kind = next((kind for kind in REASONS if kind.value == answer), None)
    if kind is None:
        raise NotFoundError
    mine = queries.find_answer(db.session(), require_identity(), entry)
    asked = WatchForm if kind is AnswerKind.WATCHED else AnswerForm
    form, draft = open_form(asked, **values_of(mine, kind))
    form.ask(kind)
    if accepted(form, lambda: _answer(entry, kind, form)):
        flash("Votre réponse est enregistrée : vous pouvez la changer ou la retirer.", "success")
        return redirect(url_for("firm.understand", siren=entry.siren, _anchor="reponses"), 303)
    page = render_template(
        "detections/answer.html", entry=entry, kind=kind, answer_form=form, draft=draft,
        title=TITLES[kind], effects=effects(kind), company=_firm(entry),
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/detections/reponses/<int:entry_id>/retrait")
@access(Permission.DETECTION_ANSWER, subject=ENTRY)
def withdraw_answer(entry: DetectionEntry) -> ResponseReturnValue:
    """Withdraw my answer."""
    attempted(
        lambda: services.withdraw(db.session(), require_identity(), entry),
        done=lambda _: "Votre réponse est retirée : l’alerte est de nouveau à traiter.",
    )
    return redirect(url_for("firm.understand", siren=entry.siren, _anchor="reponses"), 303)


def _firm(entry: DetectionEntry) -> Company:
    return get_company(db.session(), require_identity(), entry.siren)


def _answer(entry: DetectionEntry, kind: AnswerKind, form: AnswerForm) -> bool:
    said = services.AlertAnswer(
        kind=kind,
        reasons=[AnswerReason(code) for code in form.reasons.data or []],
        returns_on=form.returns_on.data if isinstance(form, WatchForm) else None,
        comment=form.comment.data or "",
    )
    services.answer(db.session(), require_identity(), entry, said)
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
