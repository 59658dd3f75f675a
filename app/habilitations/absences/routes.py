"""Where an agent says that they are away, or the head of their house does."""

from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Agent
from app.accounts.queries import find_agent
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import NotFoundError
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import choices
from app.core.web.htmx import redirect
from app.extensions import db
from app.habilitations.absences import presenters, queries, services
from app.habilitations.absences.forms import AbsenceForm

blueprint = Blueprint("absences", __name__)

COLLEAGUE = Subject("colleague", "agent_id", queries.get_colleague)


@blueprint.route("/compte/absence", methods=["GET", "POST"])
@access(Permission.ABSENCE_OWN)
def own() -> ResponseReturnValue:
    """Say when I am away, and whom to see."""
    return _declare(_me(), "absences.own", "absences.cancel_own")


@blueprint.post("/compte/absence/annulation")
@access(Permission.ABSENCE_OWN)
def cancel_own() -> ResponseReturnValue:
    """Say that I am not away."""
    _cancel(_me())
    return redirect("absences.own")


@blueprint.route("/agents/<int:agent_id>/absence", methods=["GET", "POST"])
@access(Permission.ABSENCE_DECLARE, subject=COLLEAGUE)
def of_colleague(colleague: Agent) -> ResponseReturnValue:
    """Say when somebody of my house is away."""
    ends = ("absences.of_colleague", "absences.cancel_of_colleague")
    return _declare(colleague, *ends, agent_id=colleague.id)


@blueprint.post("/agents/<int:agent_id>/absence/annulation")
@access(Permission.ABSENCE_DECLARE, subject=COLLEAGUE)
def cancel_of_colleague(colleague: Agent) -> ResponseReturnValue:
    """Say that somebody of my house is not away."""
    _cancel(colleague)
    return redirect("absences.of_colleague", agent_id=colleague.id)


def _declare(agent: Agent, page: str, cancel: str, **values: Any) -> ResponseReturnValue:
    session, identity = db.session(), require_identity()
    declared = queries.find_declared(session, agent.id)
    names = ("starts_on", "ends_on", "delegate_id")
    form, _ = open_form(AbsenceForm, **{n: getattr(declared, n) for n in names if declared})
    people = [(each, each.full_name) for each in queries.list_delegates(session, agent.id)]
    form.delegate_id.choices = choices([("", "Personne"), *presenters.named(session, people)])
    if accepted(form, lambda: services.declare(session, identity, agent, form.said)):
        flash("L’absence est déclarée : elle se lit partout où l’on choisit quelqu’un.", "success")
        return redirect(page, **values)
    paths = {"path": url_for(page, **values), "cancel_path": url_for(cancel, **values)}
    context = {"form": form, "agent": agent, "declared": declared, **paths}
    return render_template("habilitations/absence.html", **context), status_of(form)


def _cancel(agent: Agent) -> None:
    attempted(
        lambda: services.cancel(db.session(), require_identity(), agent),
        done=lambda _: "L’absence est annulée.",
    )


def _me() -> Agent:
    me = find_agent(db.session(), require_identity().agent_id)
    if me is None:
        raise NotFoundError
    return me
