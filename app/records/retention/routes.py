"""The screen « Conservation »: what to do first, rules and the changes asked of them, the next night, slips."""

from flask import Blueprint, current_app, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.htmx import redirect
from app.extensions import db
from app.records.retention import presenters, queries, services
from app.records.retention.forms import RetentionForm
from app.records.retention.models import FinalFate, RetentionChange, RetentionRule
from app.records.retention.objects import OBJECTS, held_elsewhere
from app.records.retention.slips import queries as slips
from app.records.retention.slips.presenters import months_fr, period_fr, terms_fr

blueprint = Blueprint("retention", __name__, url_prefix="/conservation")

RULE = Subject("rule", "code", queries.get_rule)
CHANGE = Subject("change", "change_id", queries.get_change)


@blueprint.get("")
@access(Permission.RETENTION_READ)
def index() -> ResponseReturnValue:
    """Show what waits for somebody, what the next night would do, and the slips that are over."""
    session, identity = db.session(), require_identity()
    rules, changes = queries.list_rules(session), queries.list_changes(session)
    rehearsals = queries.list_rehearsals(session)
    waiting = slips.list_waiting(session)
    rows, quiet = presenters.rehearsal_rows(rules, rehearsals)
    return render_template(
        "records/retention/index.html",
        act=presenters.next_act(identity, waiting, changes),
        waiting=waiting,
        rehearsed_on=max((each.rehearsed_on for each in rehearsals.values()), default=None),
        rehearsals=rows,
        quiet=quiet,
        over=slips.slice_of_over(session, request.args.get("suite")),
        period_fr=period_fr,
    )


@blueprint.get("/regles")
@access(Permission.RETENTION_READ)
def rules() -> ResponseReturnValue:
    """Show every rule, those that others hold, and the changes that were asked."""
    session = db.session()
    changes = queries.list_changes(session)
    return render_template(
        "records/retention/rules.html",
        rules=presenters.rule_rows(queries.list_rules(session), changes),
        elsewhere=held_elsewhere(current_app.config["VIGIE"]),
        changes=changes,
        terms_fr=terms_fr,
    )


@blueprint.route("/regles/<code>/changement", methods=["GET", "POST"])
@access(Permission.RETENTION_CHANGE, subject=RULE)
def ask(rule: RetentionRule) -> ResponseReturnValue:
    """Ask that a rule change."""
    form, draft = open_form(
        RetentionForm, in_use_months=rule.in_use_months, intermediate_months=rule.intermediate_months,
        fate=rule.fate.value, basis=rule.basis,
    )  # fmt: skip
    form.offer(rule)
    if accepted(form, lambda: _ask(rule, form)):
        flash("La demande est faite : une autre personne doit la confirmer.", "success")
        return redirect("retention.rules")
    known = OBJECTS[rule.object]
    page = render_template("records/retention/ask.html", rule=rule, known=known, form=form, draft=draft)  # fmt: skip
    return page, status_of(form)


@blueprint.route("/changements/<int:change_id>", methods=["GET", "POST"])
@access(Permission.RETENTION_CHANGE, subject=CHANGE)
def decide(change: RetentionChange) -> ResponseReturnValue:
    """Show what was asked of a rule; confirm or refuse what somebody else asked."""
    session, identity = db.session(), require_identity()
    if request.method == "GET":
        rule = queries.get_rule(session, identity, change.object)
        return render_template(
            "records/retention/change.html", change=change, rule=rule, me=identity.agent_id, months_fr=months_fr
        )  # fmt: skip
    is_accepted = request.form.get("decision") == "confirmer"
    attempted(
        lambda: services.decide(session, identity, change, is_accepted=is_accepted),
        done=lambda _: "La règle est changée." if is_accepted else "La demande est refusée.",
    )
    return redirect("retention.rules")


def _ask(rule: RetentionRule, form: RetentionForm) -> bool:
    asked = services.AskedRule(
        in_use_months=form.in_use_months.data or 0, intermediate_months=form.intermediate_months.data or 0,
        fate=FinalFate(form.fate.data), basis=form.basis.data or "", reason=form.reason.data or "",
    )  # fmt: skip
    services.ask(db.session(), require_identity(), rule, asked)
    return True
