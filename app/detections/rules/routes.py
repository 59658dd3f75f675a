"""The expert rules: those in force, a new version with a preview on the list, and all versions."""

import difflib
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import journal
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.now import today
from app.core.web.form_pages import accepted, open_form, refuse, status_of
from app.detections.models import ExpertRuleSet
from app.detections.rules import engine, preview, queries, services
from app.detections.rules.forms import RulesForm
from app.extensions import db

blueprint = Blueprint("expert_rules", __name__, url_prefix="/modele/regles")

VERSION = Subject("version", "version_id", queries.get_version)


@blueprint.get("")
@access(Permission.MODEL_READ)
def index() -> ResponseReturnValue:
    """Show the rules in force, and all versions."""
    session = db.session()
    in_force = queries.find_in_force(session, as_of=today())
    return render_template(
        "detections/rules.html",
        in_force=in_force,
        rules=_described(in_force),
        versions=queries.list_versions(session),
    )


@blueprint.get("/<int:version_id>")
@access(Permission.MODEL_READ, subject=VERSION)
def show(version: ExpertRuleSet) -> ResponseReturnValue:
    """Show a version: its rules, what it changed, its text."""
    former = queries.find_former(db.session(), version)
    lines = difflib.unified_diff(
        former.text.splitlines() if former else [],
        version.text.splitlines(),
        f"version {former.id}" if former else "rien",
        f"version {version.id}",
        lineterm="",
    )
    return render_template(
        "detections/rules_version.html",
        version=version,
        rules=_described(version),
        diff="\n".join(lines),
    )


@blueprint.route("/modifier", methods=["GET", "POST"])
@access(Permission.RULES_WRITE)
def edit() -> ResponseReturnValue:
    """Write a new version: preview it on the list as often as needed, then save it."""
    last = queries.find_last(db.session())
    text = last.text if last else engine.examples()
    form, draft = open_form(
        RulesForm, text=text, in_force_from=today(), base=str(last.id if last else "")
    )
    tried = None
    if request.form.get("acte") == "essayer":
        tried = _try(form)
    elif accepted(form, lambda: _save(form)):
        flash("La version est enregistrée.", "success")
        return redirect(url_for("expert_rules.index"), 303)
    page = render_template("detections/rules_edit.html", form=form, draft=draft, tried=tried)
    return page, status_of(form)


def _save(form: RulesForm) -> ExpertRuleSet:
    _require_readable(form)
    return services.save_rules(
        db.session(),
        require_identity(),
        text=str(form.text.data),
        note=str(form.note.data),
        in_force_from=form.in_force_from.data,
        base=form.base_version,
    )


def _try(form: RulesForm) -> Any:
    """Return the effect of the text on the list in force; `None`, reported on the form, without a list."""
    if not form.validate_trial():
        return None
    try:
        return _previewed(form)
    except DomainError as error:
        refuse(form, error)
        return None


def _previewed(form: RulesForm) -> Any:
    """Return the effect of the text, journaled because it may name firms."""
    _require_readable(form)
    session, identity = db.session(), require_identity()
    tried = preview.preview(
        session,
        identity,
        home=current_app.config["VIGIE"].home,
        text=str(form.text.data),
        in_force_from=form.in_force_from.data,
    )
    journal.record(
        session, identity, journal.Event.RULES_PREVIEWED,
        count=tried.counts.total(), named=[company.siren for company, _ in tried.named],
    )  # fmt: skip
    return tried


def _require_readable(form: RulesForm) -> None:
    """Report every mistake of the text on its field, and raise the last one."""
    *others, last = engine.problems(str(form.text.data)) or ("",)
    if last:
        form.text.errors = [*form.text.errors, *others]
        raise DomainError(last, field="text")


def _described(version: ExpertRuleSet | None) -> Any:
    """Return the rules of a version; `None` when this release can no longer read its text."""
    if version is None:
        return ()
    try:
        return engine.read(version.text).rules
    except DomainError:
        return None
